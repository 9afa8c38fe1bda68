// Sign-ins, sign-outs, renewals and calls of one program that overlap, with answers that come late, get lost or are cut off.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Cardea } from "../../htdocs/cardea.js";
import { site, storage } from "./case.mjs";
import { clock } from "./server.mjs";
import { World, seeded } from "./world.mjs";

const password = "right";
const acts = {
  "sign in a": (cardea) => cardea.signIn({ email: "a", password }),
  "sign in b": (cardea) => cardea.signIn({ email: "b", password }),
  "sign out": (cardea) => cardea.signOut(),
  renew: (cardea) => cardea.renew(),
  fetch: (cardea) => cardea.fetch(`${site}/api`),
  session: (cardea) => cardea.session({ fresh: true }),
};
const names = Object.keys(acts);

function program(world, more = {}) {
  const cardea = new Cardea({ url: site, transport: world.header ? "header" : "cookie", fetch: world.fetch, automatic: false,
    ...(world.header && { storage: world.kept }), ...more });
  const heard = [];
  cardea.onChange((session, reason) => heard.push([session?.user.id ?? null, reason]));
  return { cardea, heard };
}

// What must hold however answers arrive: nobody comes back who signed out, and each change has its reason.
function assertStory(heard, about) {
  let present = "a";
  for (const [user, reason] of heard) {
    if (reason === "renewed") assert.equal(user, present, `${about}: renewed for ${user} while ${present} was signed in`);
    if (user === null) assert.notEqual(present, null, `${about}: signed out twice`);
    present = user;
  }
  return present;
}

const ownerOfCookies = (world) => {
  const session = world.find(world.jar?.access);
  return session?.alive ? session.user : null;
};
const stored = (world) => JSON.stringify([...world.kept.kept]);

// Signed in as a with a token that is due for some; everything starts at once, in the order given.
async function play(order, { header, due, chance, seed }) {
  const random = seeded(seed);
  const world = new World({ header });
  const { cardea, heard } = program(world);
  await acts["sign in a"](cardea);
  heard.length = 0;
  if (due) clock.now += 1790;
  world.delays = () => Math.floor(random() * 6);
  world.chance = chance && (() => (random() < 0.3 ? chance : undefined));
  const began = order.map((name) => acts[name](cardea).then((value) => ({ value }), (error) => ({ error })));
  const ends = await Promise.all(began);
  world.chance = null;
  return { world, cardea, heard, ends };
}

async function check(order, how) {
  const about = `${order.join(", ")} ${JSON.stringify(how)}`;
  const { world, cardea, heard, ends } = await play(order, how);
  assert.equal(world.alarms, 0, `${about}: alarm`);
  const present = assertStory(heard, about);
  const deciding = order.map((name, at) => [name, ends[at].error]).filter(([name, error]) => name.startsWith("sign") && !error).at(-1);
  const lost = order.some((name, at) => name.startsWith("sign") && ends[at].error);
  const expected = { "sign in a": "a", "sign in b": "b", "sign out": null }[deciding?.[0] ?? "sign in a"];
  if (!lost) assert.equal(present, expected, `${about}: ${JSON.stringify(heard)}`);
  if (how.header) {
    // What is stored is the present session's newest token, or nothing, and the next start goes on with it.
    const again = program(world).cardea;
    assert.equal((await again.renew())?.user.id ?? null, present, `${about}: the next start`);
    assert.equal(world.alarms, 0, `${about}: alarm at the next start`);
    if (present === null) assert.doesNotMatch(stored(world), /refresh/, `${about}: dead tokens are stored`);
    if (!how.chance) assert.equal(world.sessions.filter((one) => one.alive && one.user === present).length > 0, present !== null, about);
  } else {
    assert.equal((await cardea.session({ fresh: true }))?.user.id ?? null, lost ? ownerOfCookies(world) : present, `${about}: the cookies`);
  }
  cardea.close();
}

function* orders(length) {
  if (length === 0) { yield []; return; }
  for (const first of names) for (const rest of orders(length - 1)) yield [first, ...rest];
}

for (const header of [true, false])
  for (const due of [false, true])
    for (const chance of [undefined, "lost", "cut"])
      test(`whatever overlaps ends as the last sign-in or sign-out says: ${header ? "header" : "cookie"}, ${due ? "due" : "fresh"}, ${chance ?? "late"}`, async () => {
        let seed = 1;
        for (const order of orders(3)) await check(order, { header, due, chance, seed: seed++ });
      });

test("a renewal that comes back after a sign-out brings nothing back", async () => {
  const world = new World();
  const { cardea, heard } = program(world);
  await acts["sign in a"](cardea);
  world.delays = () => 5;
  await Promise.all([cardea.renew(), cardea.signOut()]);
  assert.deepEqual(heard.map(([, reason]) => reason), ["signed_in", "renewed", "signed_out"]);
  assert.equal(stored(world), "[]");
  assert.equal(world.sessions[0].alive, false);
});

test("two clients of one storage get on with each other", async () => {
  for (let seed = 1; seed < 40; seed += 1) {
    const random = seeded(seed);
    const world = new World({ grace: true });
    const one = program(world).cardea, two = program(world).cardea;
    await acts["sign in a"](one);
    world.delays = () => Math.floor(random() * 6);
    await Promise.all([one.renew(), two.renew(), two.fetch(`${site}/api`), one.renew()]);
    await Promise.all([one.renew(), two.signIn({ email: "b", password }), one.renew()]);
    assert.equal((await program(world).cardea.renew()).user.id, "b");
    await Promise.all([two.renew(), one.signOut(), two.renew()]);
    assert.equal(stored(world), "[]", `seed ${seed}`);
    assert.equal(world.alarms, 0);
  }
});

test("what one user's page asks for is never sent with the next user's tokens", async () => {
  for (const due of [false, true])
    for (let seed = 1; seed < 30; seed += 1) {
      const random = seeded(seed);
      const world = new World();
      const { cardea } = program(world);
      await acts["sign in a"](cardea);
      if (due) clock.now += 1790; else world.sessions[0].generation += 1; // the server takes the access token no more
      if (!due) world.sessions[0].movedBy = "another"; // and the next renewal is refused
      world.delays = () => Math.floor(random() * 6);
      const call = cardea.fetch(`${site}/api`).catch((error) => error);
      await Promise.all([cardea.signIn({ email: "b", password }), call]);
      const served = world.calls.filter((one) => one.path === "/api").map((one) => one.servedFor);
      assert.ok(!served.includes("b"), `due ${due}, seed ${seed}: ${served}`);
    }
});

test("a sign-out does not wait for the pauses of a renewal", async () => {
  const world = new World();
  const { cardea } = program(world);
  await acts["sign in a"](cardea);
  const timer = globalThis.setTimeout;
  globalThis.setTimeout = (task, wait) => (wait < 15_000 && wait > 300 ? 0 : timer(task, wait)); // pauses never end
  try {
    world.chance = (path) => (path === "/auth/refresh" ? "cut" : undefined);
    const renewal = cardea.renew().catch((error) => error.error);
    for (let turns = 0; turns < 20; turns += 1) await world.pass();
    await cardea.signOut();
    assert.equal(await renewal, "unreachable");
  } finally {
    globalThis.setTimeout = timer;
  }
  assert.equal(world.sessions[0].alive, false);
});

test("a server that never answers holds nobody up for ever", async () => {
  const world = new World();
  const { cardea } = program(world);
  await acts["sign in a"](cardea);
  const timer = globalThis.setTimeout;
  globalThis.setTimeout = (task, wait) => timer(task, 0 * wait); // patience ends at once
  world.frozen = true; // and a fetch that does not listen to its signal
  try {
    assert.equal(await cardea.renew().catch((error) => error.error), "unreachable");
    assert.equal(await cardea.signOut().catch((error) => error.error), "unreachable");
  } finally {
    globalThis.setTimeout = timer;
  }
  assert.equal(stored(world), "[]");
});

// ---- another tab, heard of by the storage event ------------------------------------------------------------------

// The body is run for both transports: with cookies, and with tokens in a localStorage that was given.
async function inTabs(body) {
  for (const header of [false, true]) await inTabsBy(header, body);
}

async function inTabsBy(header, body) {
  const local = storage(), listeners = [];
  const plain = { getItem: (name) => local.kept.get(name) ?? null, setItem: (name, text) => { local.kept.set(name, text); },
    removeItem: (name) => { local.kept.delete(name); } };
  const known = globalThis.BroadcastChannel;
  Object.assign(globalThis, { localStorage: plain, BroadcastChannel: undefined,
    addEventListener: (_, listener) => listeners.push(listener), removeEventListener() {} });
  const key = `cardea:${site}/auth:session`;
  const event = (record) => {
    if (record) local.kept.set(key, JSON.stringify(record)); else local.kept.delete(key);
    for (const listener of listeners) listener({ key, newValue: record ? JSON.stringify(record) : null });
  };
  try {
    const open = () => {
      const world = new World({ header });
      return { world, ...program(world, header ? { storage: plain } : {}) };
    };
    await body({ event, open, read: () => JSON.parse(local.kept.get(key) ?? "null") });
  } finally {
    globalThis.BroadcastChannel = known;
    delete globalThis.localStorage;
    delete globalThis.addEventListener;
    delete globalThis.removeEventListener;
  }
}

const recordOf = (user, more = {}) => ({ turn: `${user}-${clock.now}`, began: `${user}-${clock.now}`, at: clock.now, expiresIn: 1800, refreshExpiresIn: 9e5,
  user, device: "d", tokens: { access: `${user} access`, refresh: `${user} refresh` }, ...more });

test("another tab's sign-out while a renewal is under way is not undone", () => inTabs(async ({ event, open, read }) => {
  for (let at = 0; at < 12; at += 1) {
    const { world, cardea, heard } = open();
    await acts["sign in a"](cardea);
    clock.now += 100;
    world.delays = () => 6;
    const renewal = cardea.renew();
    for (let turns = 0; turns < 2 * at; turns += 1) await new Promise((done) => { setImmediate(done); });
    const wasOver = heard.some(([, reason]) => reason === "renewed");
    clock.now += 1;
    event(null);
    assert.equal(await renewal.then((session) => session?.user.id ?? null), wasOver ? "a" : null);
    assert.equal(heard.at(-1)[1], "signed_out");
    assert.equal(read(), null);
    cardea.close();
  }
}));

test("another tab's sign-in while a renewal is under way stands", () => inTabs(async ({ event, open, read }) => {
  for (const refused of [false, true])
    for (let at = 0; at < 12; at += 1) {
      const { world, cardea, heard } = open();
      await acts["sign in a"](cardea);
      if (refused) world.sessions[0].alive = false;
      clock.now += 100;
      world.delays = () => 6;
      const renewal = cardea.renew();
      for (let turns = 0; turns < 2 * at; turns += 1) await new Promise((done) => { setImmediate(done); });
      const before = heard.length;
      clock.now += 1;
      event(recordOf("b"));
      await renewal;
      assert.equal(heard.length, before, `nothing is said of a any more: ${JSON.stringify(heard)}`);
      assert.equal(read().user, "b");
      cardea.close();
    }
}));

test("late news of a session that has ended here brings nobody back", () => inTabs(async ({ event, open, read }) => {
  const { world, cardea, heard } = open();
  await acts["sign in a"](cardea);
  const late = read();
  await cardea.signOut();
  clock.now += 5;
  event({ ...late, turn: "late", at: clock.now });
  assert.equal(await cardea.session(), null);
  assert.deepEqual(heard.map(([, reason]) => reason), ["signed_in", "signed_out"]);
  cardea.close();
}));
