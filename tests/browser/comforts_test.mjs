// What the pages do beyond forms: advice on passwords, themes, and being there at once.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";

test("passwords are shown on demand, caps lock is told, advice is given and refuses nothing", async (t) => {
  const site = await t.site();
  const page = await t.page(site);
  await page.goto("/cardea/en/sign-up.html");
  await page.click(".secret button");
  assert.equal(await page.getAttribute("#password", "type"), "text");
  await page.click(".secret button");
  assert.equal(await page.getAttribute("#password", "type"), "password");
  const advice = async (password) => {
    await page.fill("#password", password);
    await page.waitForFunction(() => document.querySelector(".strength").dataset.level !== "0"); // Cardea has answered
    return [await page.getAttribute(".strength", "data-level"), await page.textContent("#password-hint")];
  };
  await page.fill("#email", "countess@example.com");
  assert.deepEqual(await advice("short"), ["1", "Use at least 8 characters."]);
  assert.deepEqual(await advice("countess"), ["1", "It contains your name or email address, which is easy to guess."]);
  assert.deepEqual(await advice("abababababababababab"), ["1", "The same characters over and over are easy to guess."]);
  assert.equal((await advice("ten or more"))[0], "2");
  assert.deepEqual(await advice("a few words in a row"), ["3", "Good length."]);
  assert.deepEqual(await advice("password123"), ["1", "Many people use this password, so it is easy to guess. Choose another one."]);
  await page.evaluate(() => document.querySelector("#password").dispatchEvent(
    new KeyboardEvent("keydown", { key: "A", modifierCapsLock: true, bubbles: true })));
  await page.waitForSelector(".caps", { state: "visible" });
  await page.evaluate(() => document.querySelector("#password").dispatchEvent(new KeyboardEvent("keyup", { key: "CapsLock" })));
  await page.waitForSelector(".caps", { state: "hidden" });
});

test("the hint on passwords names the minimum of the site", async (t) => {
  const site = await t.ownSite({ "password.min_length": 11 });
  for (const [locale, hint] of [["en", /^At least 11 characters; 15 or more/], ["ko", /^11자 이상 .* 15자 이상/], ["ja", /^11 文字以上.*15 文字以上/]]) {
    const page = await t.page(site);
    await page.goto(`/cardea/${locale}/sign-up.html`);
    await page.waitForFunction(() => document.querySelector("#password").minLength === 11);
    assert.match(await page.textContent("#password-hint"), hint);
    await page.fill("#password", "a few words in a row");
    await page.waitForFunction(() => document.querySelector(".strength").dataset.level === "3");
    assert.doesNotMatch(await page.textContent("#password-hint"), hint, "advice on what was typed");
    await page.fill("#password", "");
    assert.match(await page.textContent("#password-hint"), hint, "the hint is back");
  }
});

test("a theme that was chosen stays, also in the next page", async (t) => {
  const site = await t.site();
  const page = await t.page(site, { colorScheme: "light" });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto("/cardea/en/sign-in.html");
  const light = await background();
  assert.equal(await page.textContent("[data-theme-switch]"), "Theme: Automatic");
  await page.click("[data-theme-switch]");
  const dark = await background();
  assert.notEqual(dark, light);
  await page.goto("/cardea/ja/sign-up.html");
  assert.equal(await background(), dark);
  assert.equal(await page.textContent("[data-theme-switch]"), "表示モード：ダーク");
});

test("nothing of the sign-in page comes from elsewhere, and all of it is light", async (t) => {
  const site = await t.site();
  const page = await t.page(site);
  const addresses = [];
  page.on("request", (sent) => addresses.push(sent.url()));
  await page.goto("/cardea/ko/sign-in.html");
  await page.waitForFunction(() => document.title.includes("·"));
  assert.ok(addresses.every((address) => address.startsWith(site.url + "/")), addresses.join("\n"));
  assert.ok(addresses.length <= 13, addresses.join("\n"));
});

test("the page is painted although no script has arrived", async (t) => {
  const site = await t.site();
  const page = await t.page(site);
  let release;
  const held = new Promise((done) => { release = done; });
  await page.route("**/*.js", async (route) => { await held; await route.continue(); });
  page.goto("/cardea/en/sign-in.html").catch(() => {});
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
  await page.waitForSelector("#email", { state: "visible" });
  release();
  await page.waitForSelector(".secret button");
});
