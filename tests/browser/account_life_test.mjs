// The end of an account in the hands of its user: a copy of the data, closing, reopening.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { signInBy } from "./people.mjs";

const start = "/cardea/en/sign-in.html?return_to=/cardea/en/account.html";

test("a user takes a copy, closes the account and reopens it, with and without JavaScript", async (t) => {
  const site = await t.site();
  for (const javaScriptEnabled of [true, false]) {
    const person = await t.newcomer(site);
    const page = await t.page(site, { javaScriptEnabled });
    await page.goto(start);
    await signInBy(page, person);
    await page.waitForURL("**/account.html");

    const [file] = await Promise.all([page.waitForEvent("download"), page.click("[aria-labelledby=export] button")]);
    assert.equal(file.suggestedFilename(), "account.json");

    await page.click("[aria-labelledby=export] a.danger");
    await page.waitForURL(/\/close\.html/);
    if (javaScriptEnabled) await page.locator("[data-closing]", { hasText: /deleted on \w+ \d+, \d{4}/ }).waitFor();
    await page.fill("#password", person.password);
    await page.click("main button[type=submit]");
    await page.waitForSelector("#closed_done:visible");

    t.expect(/403/);
    await page.goto(start);
    await signInBy(page, person);
    await page.waitForSelector('form[action="/auth/me/reopen"]');
    await page.click("main button[type=submit]");
    await page.waitForSelector("#reopened_done:visible");
    await signInBy(page, person);
    assert.equal((await page.context().request.get(`${site.url}/auth/me`)).status(), 200);
  }
});

test("a wrong password closes nothing and stands beside the reason", async (t) => {
  const site = await t.site();
  const context = await t.context(site);
  const person = await t.newcomer(site);
  await t.signIn(context, site, person);
  const page = await context.newPage();
  t.expect(/401|403/);
  await page.goto("/cardea/en/reauthenticate.html?return_to=/cardea/en/close.html");
  await page.fill("#password", "wrong");
  await page.click("[data-proof=password] button[type=submit]");
  await page.waitForSelector("#invalid_credentials:visible");
  await page.fill("#password", person.password);
  await page.click("[data-proof=password] button[type=submit]");
  await page.waitForURL(/\/close\.html/);
  assert.equal((await context.request.get(`${site.url}/auth/me`)).status(), 200);
});

test("the page that asks shows only what the account can prove it with", async (t) => {
  const site = await t.site();
  const context = await t.context(site);
  await t.signIn(context, site, await t.newcomer(site));
  const page = await context.newPage();
  await page.goto("/cardea/ko/reauthenticate.html?return_to=/");
  await page.waitForSelector("[data-proof=code]", { state: "hidden" });
  assert.ok(await page.isVisible("#password"));
});
