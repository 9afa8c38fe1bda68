// My account.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";

test("a device that was not me is signed out, and the password is asked for next", async (t) => {
  const site = await t.site();
  const person = await t.newcomer(site);
  const thief = await t.context(site);
  await t.signIn(thief, site, person);
  const context = await t.context(site);
  await t.signIn(context, site, person);
  const page = await context.newPage();
  await page.goto("/cardea/en/account.html");
  assert.equal(await page.locator("[data-devices] li .badge").textContent(), "This device");
  for (let left = await page.locator("[data-devices] .acts").count(); left > 0; left -= 1) {
    await page.click("[data-devices] .acts .danger");
    await page.waitForSelector(".message.told.bad");
    assert.equal(await page.evaluate(() => document.activeElement.id), "current");
    await page.waitForFunction((count) => document.querySelectorAll("[data-devices] .acts").length === count, left - 1);
  }
  assert.equal((await thief.request.get(`${site.url}/auth/me`, { maxRetries: 3 })).status(), 401);
  assert.equal((await context.request.get(`${site.url}/auth/me`, { maxRetries: 3 })).status(), 200);
});

test("a list that cannot be loaded says so and is loaded again", async (t) => {
  const site = await t.site();
  const context = await t.context(site);
  await t.signIn(context, site, await t.newcomer(site));
  const page = await context.newPage();
  t.expect(/ERR_FAILED|auth\/devices/);
  await page.route("**/auth/devices", (route) => route.abort());
  await page.goto("/cardea/en/account.html");
  const again = page.locator("[data-devices] button");
  await again.waitFor();
  await page.unroute("**/auth/devices");
  await again.click();
  await page.waitForSelector("[data-devices] .badge");
});

test("my account is for those who are signed in", async (t) => {
  const site = await t.site();
  t.expect(/401 .*\/auth\//);
  const page = await t.page(site, { locale: "ko" });
  await page.goto("/cardea/ko/account.html");
  await page.waitForURL("**/cardea/ko/sign-in.html?return_to=/cardea/ko/account.html");
});
