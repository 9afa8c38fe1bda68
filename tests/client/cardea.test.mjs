// The client without a browser: its rules against a small Cardea in memory, time and all. What needs a real browser (locks,
// channels, tabs, cookies) is tried in tests/browser.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Cardea, CardeaError } from "../../htdocs/cardea.js";
import { app, signedIn, site, storage } from "./case.mjs";
import { Server, clock } from "./server.mjs";

test("signing in tells who it is and for how long", async () => {
  const { cardea } = await signedIn();
  assert.deepEqual(await cardea.session(), { user: { id: "42", email: "a@b.c", name: "Ann" }, device: { id: "d", name: "" },
    expiresIn: 1800, refreshExpiresIn: 2_592_000 });
});

test("a wrong password is an error with Cardea's word for it", async () => {
  const server = new Server();
  const cardea = new Cardea({ url: site, fetch: server.fetch });
  await assert.rejects(cardea.signIn({ email: "a@b.c", password: "wrong" }),
    (error) => error instanceof CardeaError && error.status === 401 && error.error === "invalid_credentials");
  assert.equal(await cardea.session(), null);
});

test("a call while the token is fresh renews nothing", async () => {
  const { server, cardea } = await signedIn();
  assert.equal((await cardea.fetch("/api")).status, 200);
  assert.equal(server.count("/auth/refresh"), 0);
});

test("a call shortly before the end renews first", async () => {
  const { server, cardea } = await signedIn();
  clock.now += 1800 - 59;
  assert.equal((await cardea.fetch("/api")).status, 200);
  assert.deepEqual(server.calls.slice(1).map((call) => call.path), ["/auth/refresh", "/api"]);
});

test("renewBefore says how early", async () => {
  const { server, cardea } = await signedIn({ client: { renewBefore: 900 } });
  clock.now += 899;
  await cardea.fetch("/api");
  assert.equal(server.count("/auth/refresh"), 0);
  clock.now += 2;
  await cardea.fetch("/api");
  assert.equal(server.count("/auth/refresh"), 1);
});

test("a 401 is answered by one renewal and one repetition", async () => {
  const { server, cardea } = await signedIn();
  server.accessUntil = 0; // the server knows better than the client
  assert.equal((await cardea.fetch("/api")).status, 200);
  assert.deepEqual(server.calls.slice(1).map((call) => call.path), ["/api", "/auth/refresh", "/api"]);
});

test("a 401 that asks for the password is handed on and renews nothing", async () => {
  const { server, cardea } = await signedIn();
  const challenge = 'Bearer realm="cardea", error="insufficient_user_authentication", max_age="600"';
  server.fail("/api", { times: 1, act: () => new Response("{}", { status: 401, headers: { "WWW-Authenticate": challenge } }) });
  assert.equal((await cardea.fetch("/api")).status, 401);
  assert.equal(server.count("/auth/refresh"), 0);
  assert.notEqual(await cardea.session(), null);
});

test("a 401 that renewing does not cure is not repeated twice", async () => {
  const { server, cardea } = await signedIn();
  server.fail("/api", { times: 9, act: () => new Response("{}", { status: 401 }) });
  assert.equal((await cardea.fetch("/api")).status, 401);
  assert.equal(server.count("/api"), 2);
  assert.equal(server.count("/auth/refresh"), 1);
});

test("twenty calls at once share one renewal", async () => {
  const { server, cardea } = await signedIn();
  clock.now += 1800;
  const answers = await Promise.all(Array.from({ length: 20 }, () => cardea.fetch("/api")));
  assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200]);
  assert.equal(server.count("/auth/refresh"), 1);
});

test("an answer lost on the way signs nobody out: the same key asks again", async () => {
  const { server, cardea } = await signedIn();
  clock.now += 1800;
  server.presented = 1; // what the jar still has: the answer's cookies were lost with it
  server.fail("/auth/refresh");
  assert.equal((await cardea.fetch("/api")).status, 200);
  const keys = server.calls.filter((call) => call.path === "/auth/refresh").map((call) => call.headers.get("Idempotency-Key"));
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
});

test("a key outlives the program that made it, until its answer arrives", async () => {
  const { server, cardea, kept } = await app();
  server.fail("/auth/refresh", { times: 3 });
  await assert.rejects(cardea.renew(), (error) => error.status === 0);
  const again = new Cardea({ url: site, transport: "header", storage: kept, fetch: server.fetch });
  assert.ok(await again.renew());
  const keys = server.calls.filter((call) => call.path === "/auth/refresh").map((call) => call.headers.get("Idempotency-Key"));
  assert.equal(new Set(keys).size, 1);
  await again.renew();
  assert.notEqual(server.calls.at(-1).headers.get("Idempotency-Key"), keys[0]);
});

test("an answer that breaks off is a lost answer", async () => {
  const { server, cardea } = await app();
  server.fail("/auth/refresh", { act: () => new Response('{"expires_in":', { status: 200 }) });
  assert.ok(await cardea.renew());
  assert.equal(server.count("/auth/refresh"), 2);
});

test("503 and 429 are tried again, a longer wait is the caller's", async () => {
  const { server, cardea } = await signedIn();
  const busy = (wait) => () => new Response("{}", { status: 503, headers: { "Retry-After": String(wait) } });
  server.fail("/auth/refresh", { when: "before", act: busy(2) });
  assert.ok(await cardea.renew());
  server.fail("/auth/refresh", { when: "before", act: busy(600) });
  await assert.rejects(cardea.renew(), (error) => error.status === 503 && error.retryAfter === 600);
  assert.ok(await cardea.session(), "nobody was signed out");
});

test("no network: the caller is told, the session stays", async () => {
  const { server, cardea } = await signedIn();
  server.fail("/auth/refresh", { times: 3, when: "before" });
  await assert.rejects(cardea.renew(), { error: "unreachable" });
  assert.equal(server.count("/auth/refresh"), 3);
  assert.ok(await cardea.renew(), "the network is back");
});

test("a refused renewal ends the session and says why", async () => {
  const { server, cardea } = await signedIn();
  const heard = [];
  cardea.onChange((session, reason) => heard.push([session, reason]));
  server.signedIn = false;
  assert.equal(await cardea.renew(), null);
  assert.deepEqual(heard, [[null, "revoked"]]);
  assert.equal((await cardea.fetch("/api")).status, 401);
  assert.equal(server.count("/auth/refresh"), 1, "who was refused a moment ago does not ask at each call");
});

test("signing out calls the listeners until they are ended", async () => {
  const { server, cardea } = await signedIn();
  const heard = [];
  const stop = cardea.onChange((_, reason) => heard.push(reason));
  await cardea.signOut();
  assert.equal(server.signedIn, false);
  assert.deepEqual(heard, ["signed_out"]);
  stop();
  await cardea.signIn({ email: "a@b.c", password: "right" });
  assert.deepEqual(heard, ["signed_out"]);
});

test("signing out this device by its id ends the session", async () => {
  const { cardea } = await signedIn();
  assert.deepEqual(await cardea.devices(), [{ id: "d", current: true }]);
  await cardea.signOutDevice("d");
  assert.equal(await cardea.session(), null);
});

test("a clock that was set two hours forward costs one renewal, not a storm", async () => {
  const { server, cardea } = await signedIn();
  mock.method(Date, "now", () => (clock.now + 7200) * 1000);
  for (let i = 0; i < 5; i += 1) await cardea.fetch("/api");
  assert.equal(server.count("/auth/refresh"), 1);
});

test("a clock that was set two hours back does not hide that time has passed", async () => {
  const { server, cardea } = await signedIn();
  mock.method(Date, "now", () => (clock.now - 7200) * 1000);
  clock.now += 1790;
  await cardea.fetch("/api");
  assert.equal(server.count("/auth/refresh"), 1);
  await cardea.fetch("/api");
  assert.equal(server.count("/auth/refresh"), 1);
});

test("a sleep that the monotonic clock did not count is noticed", async () => {
  const { server, cardea } = await signedIn();
  const asleep = clock.now * 1000;
  mock.method(performance, "now", () => asleep);
  clock.now += 3600;
  await cardea.fetch("/api");
  assert.equal(server.count("/auth/refresh"), 1);
});

test("looking at the page again renews no more often than half a lifetime", async () => {
  const { server, cardea } = await signedIn();
  clock.now += 600;
  await cardea.wake();
  assert.equal(server.count("/auth/refresh"), 0);
  clock.now += 301;
  await cardea.wake();
  await cardea.wake();
  assert.equal(server.count("/auth/refresh"), 1);
});

test("looking at the page again respects the server's interval", async () => {
  const { server, cardea } = await signedIn({ accessTtl: 10_800 });
  server.fail("/auth/site", { when: "before", act: () => new Response(JSON.stringify({ renew_min_interval: 7200 })) });
  clock.now += 7000;
  await cardea.wake();
  assert.equal(server.count("/auth/refresh"), 0);
  clock.now += 300;
  await cardea.wake();
  assert.equal(server.count("/auth/refresh"), 1);
});

test("who signed in by a form is found, with the token's life by the server's clock", async () => {
  const server = new Server();
  server.signedIn = true;
  server.accessUntil = clock.now + 700;
  const cardea = new Cardea({ url: site, fetch: server.fetch });
  mock.method(Date, "now", () => (clock.now - 86_400) * 1000);
  assert.equal((await cardea.session()).expiresIn, 700);
  assert.equal(server.count("/auth/refresh"), 0);
});

test("nothing that a page stores is a token, a name or an e-mail", async () => {
  const local = storage();
  globalThis.localStorage = { getItem: (name) => local.kept.get(name) ?? null, setItem: (name, text) => { local.kept.set(name, text); },
    removeItem: (name) => { local.kept.delete(name); } };
  try {
    const { cardea } = await signedIn();
    const stored = JSON.stringify([...local.kept]);
    assert.match(stored, /"user\\":\\"42/);
    assert.doesNotMatch(stored, /a@b\.c|Ann|access-|refresh-/);
    cardea.close();
  } finally {
    delete globalThis.localStorage;
  }
});
