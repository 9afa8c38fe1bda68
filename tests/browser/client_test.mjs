// htdocs/cardea.js in a real browser: tabs that share cookies, a network that loses answers, a laptop that slept. ROUNDS and
// TABS make the long test longer (make browser ROUNDS=200 TABS=10 TESTS="client:").

import assert from "node:assert/strict";
import { request as send } from "node:http";
import { test } from "./harness.mjs";

const rounds = Number(process.env.ROUNDS ?? 20), tabCount = Number(process.env.TABS ?? 4);
const accessTtl = 1800, aPage = "/cardea/en/problems.html";

// Every renewal moves the row, so that a lost answer is saved by its Idempotency-Key alone.
const harsh = { "tokens.rotation_grace": "0" };

// A wall clock that the test moves, in each tab.
const movableClock = () => {
  const now = Date.now.bind(Date);
  window.testOffset = 0;
  Date.now = () => now() + window.testOffset;
};

// A tab with a client in window.cardea; window.heard is what its listener was told.
async function openTab(context) {
  const page = await context.newPage();
  await page.goto(aPage);
  await page.evaluate(async () => {
    const { Cardea } = await import("/cardea.js");
    window.heard = [];
    window.cardea = new Cardea();
    window.cardea.onChange((session, reason) => window.heard.push(session ? reason : `out: ${reason}`));
  });
  return page;
}

async function signedInContext(t, site, script) {
  const context = await t.context(site);
  await context.addInitScript(movableClock);
  if (script) await context.addInitScript(script);
  await t.signIn(context, site, await t.newcomer(site));
  return context;
}

const openTabs = (context, count) => Promise.all(Array.from({ length: count }, () => openTab(context)));
const sleepFor = (tabs, seconds) => Promise.all(tabs.map((tab) => tab.evaluate((more) => { window.testOffset += more * 1000; }, seconds)));
const callMe = (page) => page.evaluate(async () => (await window.cardea.fetch("/auth/me")).status);
const heardIn = (page) => page.evaluate(() => window.heard);

// The request reaches the server, and nobody hears the answer: its cookies are lost, too.
async function loseAnswer(route) {
  const { method, headers, url, body } = { method: route.request().method(), headers: await route.request().allHeaders(),
    url: route.request().url(), body: route.request().postDataBuffer() };
  await new Promise((done, fail) => {
    const sent = send(url, { method, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":"))) },
      (answer) => answer.resume().on("end", done));
    sent.on("error", fail);
    sent.end(body);
  });
  await route.abort();
}

// Counts renewals that were answered; loses or cuts off those that `fate` says.
async function watchRenewals(context, fate = () => "pass") {
  const seen = { answered: 0, lost: 0, cut: 0 };
  await context.route("**/auth/refresh", async (route) => {
    const what = fate();
    if (what === "lose") { seen.lost += 1; await loseAnswer(route); }
    else if (what === "cut") { seen.cut += 1; await route.abort(); }
    else { seen.answered += 1; await route.continue(); }
  });
  return seen;
}

test("many tabs renew once for each expiry and nobody is signed out, although answers get lost", async (t) => {
  t.expect(/Failed to load resource: net::ERR_FAILED/);
  const site = await t.site(harsh);
  const context = await signedInContext(t, site);
  const tabs = await openTabs(context, tabCount);
  let failures = 0; // in a row: who fails three times in a row tells its caller, which is another test
  const seen = await watchRenewals(context, () => {
    const fails = failures < 2 && Math.random() < 0.3;
    failures = fails ? failures + 1 : 0;
    return fails ? (Math.random() < 0.5 ? "lose" : "cut") : "pass";
  });
  for (const tab of tabs) await tab.evaluate(() => window.cardea.session());
  for (let round = 0; round < rounds; round += 1) {
    await sleepFor(tabs, accessTtl);
    assert.deepEqual(await Promise.all(tabs.map(callMe)), tabs.map(() => 200), `round ${round}`);
  }
  for (const tab of tabs) assert.deepEqual((await heardIn(tab)).filter((what) => what.startsWith("out")), []);
  assert.equal(seen.answered, rounds, `renewals for ${rounds} expiries; lost ${seen.lost}, cut ${seen.cut}`);
  console.log(`  ${tabCount} tabs, ${rounds} expiries: ${seen.answered} renewals, ${seen.lost} answers lost, ${seen.cut} requests cut off`);
});

// A lease is no lock: on a slow machine two tabs may hold it. The server gets over that.
test("tabs without Web Locks and without BroadcastChannel stay signed in, and hear of a sign-out", async (t) => {
  const site = await t.site();
  const context = await signedInContext(t, site, () => {
    Object.defineProperty(navigator, "locks", { value: undefined });
    window.BroadcastChannel = undefined;
  });
  const tabs = await openTabs(context, 3);
  for (const tab of tabs) await tab.evaluate(() => window.cardea.session());
  for (let round = 0; round < 3; round += 1) {
    await sleepFor(tabs, accessTtl);
    assert.deepEqual(await Promise.all(tabs.map(callMe)), [200, 200, 200]);
  }
  await tabs[0].evaluate(() => window.cardea.signOut());
  for (const tab of tabs.slice(1)) await tab.waitForFunction(() => window.heard.includes("out: signed_out"));
});

test("a laptop that wakes up renews once, by itself", async (t) => {
  const site = await t.site(harsh);
  const context = await signedInContext(t, site);
  const tab = await openTab(context);
  const seen = await watchRenewals(context);
  await tab.evaluate(() => window.cardea.session());
  await sleepFor([tab], 8 * 3600);
  await tab.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await tab.waitForFunction(() => window.heard.includes("renewed"));
  await tab.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  assert.equal(await callMe(tab), 200);
  assert.equal(seen.answered, 1);
});

test("signing out in one tab ends the others", async (t) => {
  const site = await t.site(harsh);
  const context = await signedInContext(t, site);
  const tabs = await openTabs(context, 3);
  for (const tab of tabs) assert.ok(await tab.evaluate(() => window.cardea.session()));
  const began = Date.now();
  await tabs[0].evaluate(() => window.cardea.signOut());
  for (const tab of tabs.slice(1)) await tab.waitForFunction(() => window.heard.includes("out: signed_out"));
  console.log(`  the other tabs knew ${Date.now() - began} ms after the click`);
  t.expect(/401 \(Unauthorized\)/);
  assert.deepEqual(await Promise.all(tabs.map(callMe)), [401, 401, 401]);
});

test("signing in by the client signs the other tabs in, and scripts see no token", async (t) => {
  t.expect(/401 \(Unauthorized\)/);
  const site = await t.site(harsh);
  const context = await t.context(site);
  const person = await t.newcomer(site, { name: "Ada" });
  const tabs = await openTabs(context, 2);
  assert.equal(await tabs[0].evaluate(() => window.cardea.session()), null);
  const session = await tabs[0].evaluate((one) => window.cardea.signIn({ email: one.email, password: one.password }), person);
  assert.equal(session.user.name, "Ada");
  await tabs[1].waitForFunction(() => window.heard.includes("signed_in"));
  assert.equal((await tabs[1].evaluate(() => window.cardea.session())).user.email, person.email);
  const visible = await tabs[0].evaluate(() => document.cookie + JSON.stringify({ ...localStorage }));
  for (const cookie of await context.cookies(`${site.url}/auth/`))
    if (/access|refresh/.test(cookie.name)) assert.ok(!visible.includes(cookie.value.slice(0, 20)), cookie.name);
  assert.ok(!visible.includes(person.email));
});

test("tabs that keep their tokens in one storage renew one after the other, and end together", async (t) => {
  t.expect(/401 \(Unauthorized\)/);
  const site = await t.site({ ...harsh, "transport.mode": "both" });
  const context = await t.context(site);
  await context.addInitScript(movableClock);
  const person = await t.newcomer(site);
  const tabs = await Promise.all([1, 2, 3].map(() => context.newPage()));
  for (const tab of tabs) {
    await tab.goto(aPage);
    await tab.evaluate(async () => {
      const { Cardea } = await import("/cardea.js");
      window.cardea = new Cardea({ transport: "header", storage: localStorage, automatic: false });
    });
  }
  await tabs[0].evaluate((one) => window.cardea.signIn({ email: one.email, password: one.password }), person);
  for (const tab of tabs) assert.ok(await tab.evaluate(() => window.cardea.session()));
  for (let round = 0; round < 5; round += 1) {
    await sleepFor(tabs, accessTtl);
    assert.deepEqual(await Promise.all(tabs.map(callMe)), [200, 200, 200], `round ${round}`);
  }
  await Promise.all([tabs[1].evaluate(() => window.cardea.renew()), tabs[0].evaluate(() => window.cardea.signOut()),
    tabs[2].evaluate(() => window.cardea.renew())]);
  for (const tab of tabs) assert.equal(await tab.evaluate(() => window.cardea.renew()), null);
  assert.ok(!(await tabs[0].evaluate(() => JSON.stringify({ ...localStorage }))).includes("refresh"));
});

test("offline, calls fail, and the session goes on when the network is back", async (t) => {
  t.expect(/net::ERR_INTERNET_DISCONNECTED/);
  const site = await t.site(harsh);
  const context = await signedInContext(t, site);
  const tab = await openTab(context);
  await tab.evaluate(() => window.cardea.session());
  await sleepFor([tab], accessTtl);
  await context.setOffline(true);
  assert.equal(await tab.evaluate(() => window.cardea.renew().catch((error) => error.error)), "unreachable");
  await context.setOffline(false);
  await tab.waitForFunction(() => window.heard.includes("renewed")); // told by the browser, not by the test
  assert.equal(await callMe(tab), 200);
});

test("how it works tells when the token was made and when it ends by the same clock", async (t) => {
  const site = await t.site(), timezoneId = "Asia/Seoul";
  const context = await t.context(site, { timezoneId });
  await t.signIn(context, site, await t.newcomer(site));
  const page = await context.newPage();
  await page.goto("/demo/how.php");
  await page.waitForFunction(() => document.querySelector("[data-exp]").textContent.includes("left"));
  const shown = async (claim) => ({ text: await page.textContent(`[data-${claim}]`), at: 1000 * await page.getAttribute(`[data-${claim}]`, `data-${claim}`) });
  const inSeoul = (at) => new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium", timeZone: timezoneId }).format(at);
  const made = await shown("iat"), ends = await shown("exp");
  assert.equal(made.text, inSeoul(made.at));
  assert.ok([-1000, 0, 1000].some((off) => ends.text.startsWith(inSeoul(ends.at + off))), ends.text);
});
