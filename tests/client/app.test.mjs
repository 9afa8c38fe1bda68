// Apps that keep their tokens themselves, and whom the client gives them to.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Cardea } from "../../htdocs/cardea.js";
import { app, signedIn, site, storage } from "./case.mjs";
import { clock } from "./server.mjs";

test("an app keeps its tokens in the storage it was given, and nowhere else", async () => {
  const { server, cardea, kept } = await app();
  await cardea.fetch("/api");
  const call = server.calls.at(-1);
  assert.equal(call.headers.get("Authorization"), "Bearer access-1");
  assert.equal(call.credentials, "omit");
  assert.match(JSON.stringify([...kept.kept]), /refresh-1/);
});

test("an app that is started again goes on with its tokens", async () => {
  const { server, cardea, kept } = await app();
  cardea.close();
  clock.now += 1800;
  const again = new Cardea({ url: site, transport: "header", storage: kept, fetch: server.fetch });
  assert.equal((await again.fetch("/api")).status, 200);
  assert.equal((await again.session()).user.id, "42");
  assert.deepEqual(JSON.parse(server.calls.find((call) => call.path === "/auth/refresh").body),
    { refresh_token: "refresh-1", access_token: "access-1" });
});

test("an app that signs out without a network has forgotten its tokens all the same", async () => {
  const { server, cardea, kept } = await app();
  server.fail("/auth/logout", { when: "before" });
  await assert.rejects(cardea.signOut());
  assert.doesNotMatch(JSON.stringify([...kept.kept]), /refresh-1/);
});

test("tokens go to the site and the origins named, and to nobody else", async () => {
  const { server, cardea } = await app({ origins: ["https://api.example.com"] });
  await cardea.fetch("https://evil.example/api");
  assert.equal(server.calls.at(-1).headers.get("Authorization"), null);
  assert.equal(server.calls.at(-1).credentials, undefined);
  await cardea.fetch("https://api.example.com/api");
  assert.equal(server.calls.at(-1).headers.get("Authorization"), "Bearer access-1");
});

test("where URL knows no origins, tokens go to plain addresses of the site only", async () => {
  const { kept } = await app();
  const known = globalThis.URL;
  const sent = [];
  const bare = new Cardea({ url: site, transport: "header", storage: kept,
    fetch: async (input, init) => { sent.push([input, new Headers(init?.headers).has("Authorization")]); return new Response("{}"); } });
  globalThis.URL = class { constructor() { throw new Error("not implemented"); } };
  try {
    for (const address of ["/api?x=1", `${site}/api`, "//evil.example/", "/\\evil.example/", `${site}.evil.example/`, `${site}@evil.example/`,
      "https:evil.example", "/a\t/b"]) await bare.fetch(address);
  } finally {
    globalThis.URL = known;
  }
  assert.deepEqual(sent.filter(([, signed]) => signed).map(([address]) => address), [`${site}/api?x=1`, `${site}/api`]);
});

test("a Request with a body is sent whole both times", async () => {
  const { server, cardea } = await signedIn();
  const bodies = [];
  const plain = server.fetch;
  const watching = new Cardea({ url: site, fetch: async (input, init) => {
    if (typeof input === "object") bodies.push(await input.clone().text());
    return plain(input, init);
  } });
  await watching.signIn({ email: "a@b.c", password: "right" });
  server.accessUntil = 0;
  const answer = await watching.fetch(new Request(`${site}/api`, { method: "POST", body: "note" }));
  assert.equal(answer.status, 200);
  assert.deepEqual(bodies, ["note", "note"]);
  cardea.close();
});

test("a stream cannot be sent twice, so the 401 is the answer", async () => {
  const { server, cardea } = await signedIn();
  server.accessUntil = 0;
  const body = new ReadableStream({ start(controller) { controller.close(); } });
  server.answer = () => new Response("{}", { status: 401 });
  assert.equal((await cardea.fetch("/api", { method: "POST", body, duplex: "half" })).status, 401);
  assert.equal(server.count("/auth/refresh"), 0);
});

test("an app that proves again who is there goes on with the new tokens", async () => {
  const { server, cardea, kept } = await app();
  assert.equal((await cardea.reauthenticate({ password: "right" })).user.id, "42");
  assert.match(JSON.stringify([...kept.kept]), /refresh-2/);
  assert.equal((await cardea.fetch("/api")).status, 200);
  assert.equal(server.calls.at(-1).headers.get("Authorization"), "Bearer access-2");
  assert.equal(server.count("/auth/refresh"), 0);
});

test("a wrong password proves nothing and signs nobody out", async () => {
  const { server, cardea, kept } = await app();
  await assert.rejects(cardea.reauthenticate({ password: "wrong" }), (error) => error.status === 403 && error.error === "invalid_credentials");
  assert.match(JSON.stringify([...kept.kept]), /refresh-1/);
  assert.equal((await cardea.fetch("/api")).status, 200);
  assert.equal(server.count("/auth/refresh"), 0);
});

test("a proof whose answer is lost costs an app nothing but the proof", async () => {
  const { server, cardea, kept } = await app();
  server.fail("/auth/reauthenticate");
  await assert.rejects(cardea.reauthenticate({ password: "right" }));
  assert.match(JSON.stringify([...kept.kept]), /refresh-2/);
  assert.equal((await cardea.fetch("/api")).status, 200);
});
