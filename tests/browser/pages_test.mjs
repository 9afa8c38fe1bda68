// The pages that people see.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";

test("a person signs in and is led to the page that was wanted", async (t) => {
  const site = await t.site();
  const person = await t.newcomer(site);
  t.expect(/404 .*\/auth\/(site|providers)$/); // an older program
  const page = await t.page(site);
  await page.goto("/demo/members/");
  await page.getByLabel("E-mail").fill(person.email);
  await page.locator("input[name=password]").fill(person.password);
  await page.locator("button[type=submit]").click();
  await page.waitForURL("**/demo/members/");
  assert.deepEqual(await t.barriers(page), []);
});
