// fastify and fast-jwt checking a token, in as many processes as there are cores: fastify.mjs PORT HMAC_KEY PUBLIC_KEY
// GET /fastify-hs256, /fastify-es256, and the same with fast-jwt's own memory of verified tokens: /fastify-cache-hs256 ...
import cluster from "node:cluster";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createVerifier } from "fast-jwt";
import fastify from "fastify";

const [port, hmac, publicKey] = process.argv.slice(2);

async function serve() {
  const keys = { HS256: Buffer.from(readFileSync(hmac, "ascii"), "base64") };
  if (publicKey) keys.ES256 = readFileSync(publicKey);
  const app = fastify({ keepAliveTimeout: 600_000 });
  for (const [algorithm, key] of Object.entries(keys))
    for (const cache of [false, true]) {
      const verify = createVerifier({ key, algorithms: [algorithm], cache });
      app.get(`/fastify-${cache ? "cache-" : ""}${algorithm.toLowerCase()}`, (request, reply) => {
        try {
          verify((request.headers.authorization ?? "").slice(7));
          reply.code(204).send();
        } catch {
          reply.code(401).send();
        }
      });
    }
  await app.listen({ port: Number(port), host: "127.0.0.1" });
}

if (cluster.isPrimary) for (let count = availableParallelism(); count > 0; count--) cluster.fork();
else await serve();
