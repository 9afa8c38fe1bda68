// npm's oidc-provider for tests/server/test_social.py: node provider.mjs PORT PATH-OF-node_modules REDIRECT-URI
//
// Every start makes new keys, so starting it anew is a provider that has changed them. Nobody has to type anything: whoever
// comes is the person that POST /test/person named last.
import { createRequire } from "node:module";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";

const [port, modules, redirectUri] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const require = createRequire(`${modules}/`);
const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")));

function newKey(type, options, alg) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg, use: "sig" };
}

let person = { sub: "nobody" };

const provider = new Provider(issuer, {
  clients: [
    { client_id: "cardea", client_secret: "s3cret for the test", redirect_uris: [redirectUri] },
    { client_id: "cardea-es256", client_secret: "s3cret for the test", redirect_uris: [redirectUri],
      id_token_signed_response_alg: "ES256", token_endpoint_auth_method: "client_secret_post" },
    { client_id: "cardea-app", token_endpoint_auth_method: "none", application_type: "native",
      redirect_uris: ["com.example.app:/callback"] },
  ],
  jwks: { keys: [newKey("rsa", { modulusLength: 2048 }, "RS256"), newKey("ec", { namedCurve: "P-256" }, "ES256")] },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["of no worth"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...person, sub }) }),
});

async function body(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return JSON.parse(text);
}

// Signs the person in and agrees to everything.
async function interact(context) {
  const { prompt, params } = await provider.interactionDetails(context.req, context.res);
  if (prompt.name === "login") {
    return provider.interactionFinished(context.req, context.res, { login: { accountId: person.sub } });
  }
  const grant = new provider.Grant({ accountId: person.sub, clientId: params.client_id });
  grant.addOIDCScope("openid email profile");
  return provider.interactionFinished(context.req, context.res, { consent: { grantId: await grant.save() } },
    { mergeWithLastSubmission: true });
}

provider.use(async (context, next) => {
  if (context.path === "/test/person") {
    person = await body(context.req);
    context.status = 204;
  } else if (context.path.startsWith("/interaction/")) {
    context.respond = false;
    await interact(context);
  } else {
    await next();
  }
});

provider.listen(Number(port), "127.0.0.1");
