// Storages that fail, and programs that are ended at any moment: nobody is signed out, and no alarm is raised.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Cardea, CardeaError } from "../../htdocs/cardea.js";
import { app, signedIn, site, storage } from "./case.mjs";
import { clock } from "./server.mjs";
import { World } from "./world.mjs";

const client = (world, kept = world.kept) => new Cardea({ url: site, transport: "header", storage: kept, fetch: world.fetch });
const isStorageError = (error) => error instanceof CardeaError && error.error === "storage" && error.cause !== undefined;

// A storage that works, and does what `fault` says in its place; `ended` never answers again.
function faulty() {
  const plain = storage();
  const faults = { kept: plain.kept, fault: null, ended: false, count: 0 };
  for (const name of ["getItem", "setItem", "removeItem"])
    faults[name] = async (...given) => {
      faults.count += 1;
      if (faults.ended) await new Promise(() => {});
      const fault = faults.fault?.(name, ...given);
      if (fault) return fault();
      return plain[name](...given);
    };
  return faults;
}

const throws = () => { throw new Error("the keychain is locked"); };
const rejects = () => Promise.reject(new Error("the keychain is locked"));
const rubbish = () => "{\"turn\":\"x\",\"at\":";
const strange = () => "{\"turn\":7}";

const act = {
  renew: (cardea) => cardea.renew(),
  "sign in": (cardea) => cardea.signIn({ email: "a", password: "right" }),
  "sign out": (cardea) => cardea.signOut(),
  session: (cardea) => cardea.session({ fresh: true }),
  fetch: (cardea) => cardea.fetch(`${site}/api`),
};

// Ends the program at its n-th use of storage or network, before or after that took effect; tells whether there was one.
async function endAt(step, after, name) {
  const kept = faulty();
  const world = new World({ storage: kept });
  const cardea = client(world);
  await act["sign in"](cardea);
  clock.now += 1790;
  let steps = 0;
  const halt = (stop) => { steps += 1; if (steps === step) stop(); };
  let stopped = false;
  const gone = () => new Promise(() => {});
  const plain = { getItem: kept.getItem, setItem: kept.setItem, removeItem: kept.removeItem };
  for (const method of Object.keys(plain))
    kept[method] = async (...given) => {
      if (stopped) return gone();
      halt(() => { stopped = true; });
      if (stopped && !after) return gone();
      const result = await plain[method](...given);
      return stopped ? gone() : result;
    };
  const { fetch } = world;
  world.fetch = async () => gone();
  const living = new Cardea({ url: site, transport: "header", storage: kept, fetch: async (...call) => {
    if (stopped) return gone();
    halt(() => { stopped = true; });
    if (stopped && !after) return gone();
    const answer = await fetch(...call);
    return stopped ? gone() : answer;
  } });
  const done = act[name](living).catch(() => {});
  for (let turns = 0; turns < 60; turns += 1) await new Promise((go) => { setImmediate(go); });
  if (!stopped) await done;
  return { wasEnded: stopped, world: Object.assign(world, { fetch }), kept: Object.assign(kept, plain) };
}

for (const name of Object.keys(act))
  test(`a program that is ended at any moment recovers with its next start: ${name}`, async () => {
    for (const after of [false, true])
      for (let step = 1; ; step += 1) {
        const { wasEnded, world, kept } = await endAt(step, after, name);
        if (!wasEnded) { assert.ok(step > 2); break; }
        const about = `step ${step}, ${after ? "after" : "before"}`;
        for (let start = 0; start < 3; start += 1) {
          clock.now += 1790;
          const session = await client(world, kept).renew();
          assert.equal(world.alarms, 0, `${about}: alarm`);
          if (name !== "sign out") assert.equal(session?.user.id, "a", about);
        }
        const alive = world.sessions.some((one) => one.alive);
        assert.equal((await client(world, kept).session()) !== null, alive && JSON.stringify([...kept.kept]).includes("refresh"), about);
      }
  });

for (const [what, fault] of Object.entries({ throws, rejects, rubbish, strange }))
  test(`a storage whose getItem ${what} once, is asked again`, async () => {
    const kept = faulty();
    const world = new World({ storage: kept });
    await act["sign in"](client(world));
    let once = true;
    kept.fault = (name) => { if (name === "getItem" && once) { once = false; return fault; } return null; };
    assert.equal((await client(world).session()).user.id, "a");
  });

for (const [what, fault] of Object.entries({ throws, rejects, rubbish, strange }))
  test(`a storage whose getItem ${what} for long signs nobody out: an error, and later the session`, async () => {
    const kept = faulty();
    const world = new World({ storage: kept });
    const running = client(world);
    await act["sign in"](running);
    const before = JSON.stringify([...kept.kept]);
    kept.fault = (name) => (name === "getItem" ? fault : null);
    const started = client(world);
    for (const name of ["session", "renew", "fetch"]) await assert.rejects(act[name](started), isStorageError, name);
    assert.equal((await running.session()).user.id, "a", "what is in memory counts");
    assert.equal((await running.fetch(`${site}/api`)).status, 200);
    await assert.rejects(running.renew(), isStorageError);
    assert.equal(JSON.stringify([...kept.kept]), before);
    assert.ok(!world.calls.some((call) => call.path === "/auth/refresh"), "no renewal whose tokens may get lost");
    kept.fault = null;
    for (const cardea of [started, running]) {
      assert.equal((await cardea.session()).user.id, "a");
      assert.equal((await cardea.renew()).user.id, "a");
    }
    assert.equal(world.alarms, 0);
  });

test("whose storage cannot be read signs in and out all the same", async () => {
  for (const fault of [throws, rubbish]) {
    const kept = faulty();
    const world = new World({ storage: kept });
    await act["sign in"](client(world));
    const broken = (name) => (name === "getItem" ? fault : null);
    kept.fault = broken;
    const started = client(world);
    await assert.rejects(started.signOut(), isStorageError, "the server could not be told");
    kept.fault = null;
    assert.equal(JSON.stringify([...kept.kept]), "[]");
    assert.equal(await started.session(), null);
    kept.fault = broken;
    assert.equal((await act["sign in"](client(world))).user.id, "a");
  }
});

test("a full storage signs nobody out and raises no alarm", async () => {
  for (const from of [1, 2, 3]) {
    const kept = faulty();
    const world = new World({ storage: kept });
    const cardea = client(world);
    await act["sign in"](cardea);
    let writes = 0;
    kept.fault = (name) => (name === "setItem" && ++writes >= from ? throws : null);
    for (let renewals = 0; renewals < 4; renewals += 1) {
      clock.now += 1790;
      await cardea.renew().catch((error) => assert.ok(isStorageError(error)));
      assert.notEqual(await cardea.session(), null);
      const started = await client(world).session().catch((error) => assert.ok(isStorageError(error)) ?? "told");
      assert.notEqual(started, null, "another start meanwhile");
    }
    assert.equal(world.alarms, 0);
    kept.fault = null;
    assert.equal((await cardea.renew()).user.id, "a");
    assert.equal((await client(world).renew()).user.id, "a");
    assert.equal((await cardea.renew()).user.id, "a");
    assert.equal(world.alarms, 0);
  }
});

test("tokens that are renewed and cannot be stored are used, and their caller is told", async () => {
  const kept = faulty();
  const world = new World({ storage: kept });
  const cardea = client(world);
  await act["sign in"](cardea);
  kept.fault = (name, key) => (name === "setItem" && key.endsWith("session") ? throws : null);
  clock.now += 1790;
  await assert.rejects(cardea.renew(), isStorageError);
  assert.equal(world.find(world.calls.at(-1).token).generation, 2);
  assert.equal((await cardea.fetch(`${site}/api`)).status, 200);
  assert.equal(world.calls.at(-1).token, "a0 access 2");
});

test("who cannot keep tokens is not signed in, and the server is told so", async () => {
  const kept = faulty();
  const world = new World({ storage: kept });
  const cardea = client(world);
  kept.fault = (name) => (name === "setItem" ? throws : null);
  await assert.rejects(act["sign in"](cardea), isStorageError);
  assert.equal(world.sessions[0].alive, false);
  assert.equal(await cardea.session(), null);
  kept.fault = null;
  assert.equal((await act["sign in"](cardea)).user.id, "a");
});

test("a sign-out whose tokens cannot be removed is told, and they come to life no more", async () => {
  const kept = faulty();
  const world = new World({ storage: kept });
  const cardea = client(world);
  await act["sign in"](cardea);
  kept.fault = (name) => (name !== "getItem" ? throws : null);
  await assert.rejects(cardea.signOut(), isStorageError);
  for (const name of ["session", "renew"]) assert.equal(await act[name](cardea), null, name);
  kept.fault = (name) => (name === "removeItem" ? throws : null);
  await cardea.signOut();
  assert.doesNotMatch(JSON.stringify([...kept.kept]), /refresh/, "written over where it cannot be removed");
});

test("a page whose own storage fails goes by its cookies", async () => {
  for (const failing of ["getItem", "setItem", "removeItem"]) {
    const kept = faulty();
    const { server, cardea } = await signedIn({ client: { storage: kept } });
    kept.fault = (name) => (name === failing ? throws : null);
    clock.now += 1800;
    assert.equal((await cardea.fetch("/api")).status, 200, failing);
    assert.ok(await cardea.renew(), failing);
    assert.ok(await cardea.session({ fresh: true }), failing);
    await cardea.signOut();
    assert.equal(await cardea.session(), null, failing);
    assert.equal(server.signedIn, false);
  }
});

test("an answer without tokens ends nothing and is not stored", async () => {
  const { server, cardea, kept } = await app();
  const before = kept.kept.get("cardea:https://example.com/auth:session");
  server.fail("/auth/refresh", { when: "before", act: () => new Response(JSON.stringify({ expires_in: 9, user: { id: "42" }, device: {} })) });
  await assert.rejects(cardea.renew(), { error: "unexpected" });
  assert.equal(kept.kept.get("cardea:https://example.com/auth:session"), before);
  assert.ok(await cardea.renew());
});

test("a server that is busy while the token has expired signs nobody out", async () => {
  const { server, cardea, kept } = await app();
  clock.now += 1800;
  server.fail("/auth/refresh", { times: 9, when: "before", act: () => new Response("{}", { status: 503 }) });
  const again = new Cardea({ url: site, transport: "header", storage: kept, fetch: server.fetch });
  await assert.rejects(again.session(), { status: 503 });
  server.faults.length = 0;
  assert.ok(await cardea.renew());
  assert.ok(await again.session());
});
