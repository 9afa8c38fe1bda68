// Verifying an address, changing it, and undoing the change: by the pages, with and without JavaScript.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { newLink, postbox, signInBy } from "./people.mjs";

const password = "correct horse battery staple";
let number = 0;
const newAddress = () => `reader${++number}@example.com`;

async function signUp(page, email) {
  await page.goto("/cardea/en/sign-up.html?return_to=/demo/members/");
  await page.fill("#name", "Ada");
  await page.fill("#email", email);
  await page.fill("#password", password);
  await page.click("main button[type=submit]");
  await page.waitForURL(/\/verify\.html\?return_to=/);
}

// What the link of the letter shows: with JavaScript the code is not asked for, without it it is typed.
async function open(page, link, { javaScriptEnabled, email, code }) {
  await page.goto("about:blank");
  await page.goto(link);
  await page.waitForSelector("#code", { state: javaScriptEnabled ? "hidden" : "visible" });
  if (javaScriptEnabled) return;
  await page.fill("#email", email);
  await page.fill("#code", code);
}

test("a new account is used once its address is verified, with and without JavaScript, and leads to the page that was wanted", async (t) => {
  const { settings, links, codes } = postbox(t, "first");
  const site = await t.ownSite(settings);
  for (const javaScriptEnabled of [true, false]) {
    const email = newAddress();
    const page = await t.page(site, { javaScriptEnabled });
    const known = links().length;
    await signUp(page, email);
    const link = await newLink(links, known);
    assert.ok(link.startsWith(`${site.url}/cardea/en/verify.html#`), link);
    await page.fill("#email", email);
    await page.fill("#code", "BBBB-BBBB");
    await page.click("form[action$='/email/verify'] button[type=submit]");
    await page.waitForSelector("#invalid_code:visible");
    if (javaScriptEnabled) assert.equal(await page.inputValue("#email"), email, "what was typed survives a refusal");
    await page.fill("#email", email);
    await page.fill("#code", codes().at(-1));
    await page.click("form[action$='/email/verify'] button[type=submit]");
    await page.waitForURL("**/demo/members/");
  }
});

test("in another browser a new password takes the account over, with and without JavaScript", async (t) => {
  const { settings, links, codes } = postbox(t, "first");
  const site = await t.ownSite(settings);
  for (const javaScriptEnabled of [true, false]) {
    const email = newAddress();
    const known = links().length;
    await signUp(await t.page(site), email);
    const link = await newLink(links, known);
    const code = codes().at(-1);
    const page = await t.page(site, { javaScriptEnabled });
    await open(page, link, { javaScriptEnabled, email, code });
    await page.click("form[action$='/email/verify'] button[type=submit]");
    await page.waitForSelector("#invalid_request:visible");
    if (!javaScriptEnabled) await open(page, link, { javaScriptEnabled, email, code });
    await page.fill("#password", "a new one of some words");
    await page.click("form[action$='/email/verify'] button[type=submit]");
    await page.waitForSelector("#verify_done:visible");
    await signInBy(page, { email, password: "a new one of some words" });
    await page.waitForURL((url) => !url.pathname.includes("sign-in"));
  }
});

test("an address is changed and the change undone, with and without JavaScript", async (t) => {
  const { settings, links, codes } = postbox(t);
  const site = await t.ownSite(settings);
  for (const javaScriptEnabled of [true, false]) {
    const person = await t.newcomer(site);
    const page = await t.page(site, { javaScriptEnabled });
    await page.goto("/cardea/en/sign-in.html?return_to=/cardea/en/email.html");
    await signInBy(page, person);
    await page.waitForURL(/\/email\.html/);
    const email = newAddress();
    const known = links().length;
    await page.fill("#new-email", email);
    await page.click("main button[type=submit]");
    await page.waitForSelector("#email_sent:visible");
    const link = await newLink(links, known);
    assert.ok(link.startsWith(`${site.url}/cardea/en/confirm.html#`), link);
    await open(page, link, { javaScriptEnabled, email, code: codes().at(-1) });
    await page.click("main button[type=submit]");
    await page.waitForSelector("#email_done:visible");
    const undo = await newLink(links, known + 1);
    assert.ok(undo.startsWith(`${site.url}/cardea/en/undo.html#`), undo);
    const owner = await t.page(site, { javaScriptEnabled });
    await open(owner, undo, { javaScriptEnabled, email: person.email, code: codes().at(-1) });
    await owner.click("main button[type=submit]");
    await owner.waitForSelector("#undo_done:visible");
  }
});
