// The links in mails, taken from mails that the site really sent.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { newLink, postbox, signInBy } from "./people.mjs";

test("a forgotten password is replaced by a link in a mail, with and without JavaScript, and the link works once", async (t) => {
  const { settings, links, codes } = postbox(t);
  const site = await t.ownSite(settings);
  for (const javaScriptEnabled of [true, false]) {
    const person = await t.newcomer(site);
    const page = await t.page(site, { javaScriptEnabled });
    await page.goto("/cardea/en/sign-in.html");
    await page.click(".aside a");
    const known = links().length;
    await page.fill("#email", person.email);
    await page.click("main button[type=submit]");
    await page.waitForSelector("#sent:visible");
    const link = await newLink(links, known);
    const typeCode = async () => {
      await page.fill("#email", person.email);
      await page.fill("#code", codes().at(-1));
    };
    const choose = async (password) => {
      await page.goto("about:blank");
      await page.goto(link);
      await page.waitForSelector("#code", { state: javaScriptEnabled ? "hidden" : "visible" });
      if (!javaScriptEnabled) await typeCode();
      await page.fill("#password", password);
      await page.click("main button[type=submit]");
    };
    await choose(person.password);
    await page.waitForSelector("#same_as_before:visible");
    if (!javaScriptEnabled) await typeCode();
    await page.fill("#password", "a new one of some words"); // with JavaScript the page still has the link's token
    await page.click("main button[type=submit]");
    await page.waitForSelector("#reset_done:visible");
    await choose("yet another one of words");
    if (javaScriptEnabled) {
      await page.waitForSelector("#invalid_link:visible");
      await page.waitForSelector("main form", { state: "hidden" }); // a spent link asks for nothing
      await page.click("main .renew a");
      await page.waitForURL(/\/forgotten\.html/); // with the way back in its query
    } else {
      await page.waitForSelector("#invalid_code:visible"); // a code may only be mistyped: the form stays
    }
    await page.goto("/cardea/en/sign-in.html?return_to=/demo/members/");
    await signInBy(page, { ...person, password: "a new one of some words" });
    await page.waitForURL("**/demo/members/");
  }
});

const platforms = {
  windows: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  iphone: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
};

// A thief took the cookies of a computer to a telephone and renews there.
async function stolenFrom(t, site, person) {
  const computer = await t.context(site, { userAgent: platforms.windows });
  await t.signIn(computer, site, person);
  const thief = await t.context(site, { userAgent: platforms.iphone, storageState: await computer.storageState() });
  const renewed = await thief.request.post(`${site.url}/auth/refresh`, { headers: { Origin: site.url }, maxRetries: 3 });
  assert.equal(renewed.status(), 200, await renewed.text());
  return thief;
}

const statusFor = async (context, address) => (await context.request.get(address, { maxRetries: 3 })).status();

test("a sign-in that looks stolen is told by mail, and the link in it signs that device out, with and without JavaScript", async (t) => {
  const { settings, links, codes } = postbox(t);
  const site = await t.ownSite(settings);
  for (const javaScriptEnabled of [true, false]) {
    const person = await t.newcomer(site);
    const known = links().length;
    const owner = await t.context(site);
    await t.signIn(owner, site, person);
    const thief = await stolenFrom(t, site, person);
    const link = await newLink(links, known);
    assert.ok(link.startsWith(`${site.url}/cardea/en/alert.html#`), link);
    const page = await t.page(site, { javaScriptEnabled }); // where nobody is signed in
    await page.goto(link);
    assert.equal(await statusFor(thief, `${site.url}/auth/me`), 200, "who only follows the link, as mail scanners do, ends nothing");
    await page.waitForSelector("#code", { state: javaScriptEnabled ? "hidden" : "visible" });
    if (!javaScriptEnabled) {
      await page.fill("#email", person.email);
      await page.fill("#code", codes().at(-1));
    }
    await page.click("main button.danger");
    await page.waitForSelector("#alert_done:visible");
    await page.waitForSelector("main form", { state: "hidden" }); // what is done has no button
    await page.waitForSelector("main .below a", { state: "visible" }); // the way to a new password stays
    assert.equal(await statusFor(thief, `${site.url}/auth/me`), 401);
    const renewal = await thief.request.post(`${site.url}/auth/refresh`, { headers: { Origin: site.url }, maxRetries: 3 });
    assert.equal(renewal.status(), 401, "a session that is over cannot be renewed either");
    assert.equal(await statusFor(owner, `${site.url}/auth/me`), 200, "the other devices stay signed in");
  }
});
