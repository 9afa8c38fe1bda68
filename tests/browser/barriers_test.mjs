// What is in the way of nobody: axe on each page in each language and theme, and the keyboard alone.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { focusOn, inBothThemes, languages } from "./people.mjs";

const doors = ["sign-in", "sign-up", "signed-out", "forgotten", "reset", "alert", "problems", "reauthenticate", "close", "reopen", "verify", "email", "confirm",
  "undo"];

const widths = [390, 1280]; // a phone, a desk
const sized = (width) => ({ viewport: { width, height: 800 } });

async function opened(page, path) {
  await page.goto("about:blank"); // so that a message by the # is found as at the first time
  await page.goto(path);
  if (path.endsWith("account.html")) await page.waitForSelector("[data-devices] .badge");
  if (path.endsWith("how.php")) await page.waitForSelector("[data-devices] .what");
}

async function findsNothing(t, page, path, width) {
  await opened(page, path);
  await inBothThemes(page, async (theme) => assert.deepEqual(await t.barriers(page), [], `${path} (${theme})`));
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(overflow, 0, `${path} is wider than ${width} px`);
}

for (const width of widths) {
  for (const locale of languages) {
    test(`axe finds no barrier on any page (${locale}, ${width} px, light and dark)`, async (t) => {
      const site = await t.site();
      const context = await t.context(site, { locale, ...sized(width) });
      await t.signIn(context, site, await t.newcomer(site));
      const page = await context.newPage();
      const names = [...doors.map((door) => `${door}.html`), "sign-in.html#invalid_credentials", "sign-up.html#email_in_use", "account.html"];
      for (const path of [...names.map((name) => `/cardea/${locale}/${name}`), "/auth/activity"]) await findsNothing(t, page, path, width);
    });
  }

  test(`axe finds no barrier on the demonstration (${width} px)`, async (t) => {
    const site = await t.site();
    const context = await t.context(site, sized(width));
    const page = await context.newPage();
    for (const person of [null, site.admin]) {
      if (person) await t.signIn(context, site, person);
      for (const path of ["/demo/", ...(person ? ["/demo/members/", "/demo/admin/", "/demo/how.php"] : [])]) await findsNothing(t, page, path, width);
    }
  });
}

test("signing in takes nothing but the keyboard", async (t) => {
  const site = await t.site();
  const person = await t.newcomer(site);
  const page = await t.page(site);
  await page.goto("/cardea/en/sign-in.html?return_to=/demo/members/");
  await focusOn(page, "email");
  await page.keyboard.type(person.email);
  await page.keyboard.press("Tab");
  await focusOn(page, "password");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.waitForSelector("#password[type=text]");
  await focusOn(page, "password"); // again
  await page.keyboard.press("Enter");
  await page.waitForURL("**/demo/members/");
});

test("every control of my account can be reached by keyboard, and shows that it is", async (t) => {
  const site = await t.site();
  const person = await t.newcomer(site);
  const context = await t.context(site);
  await t.signIn(await t.context(site), site, person);
  await t.signIn(context, site, person);
  const page = await context.newPage();
  await page.goto("/cardea/en/account.html");
  await page.waitForSelector("[data-devices] .acts");
  const wanted = await page.locator("a:visible, button:visible, input:visible").count();
  const reached = new Set();
  for (let step = 0; step < wanted + 5; step += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const all = [...document.querySelectorAll("a, button, input")];
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return { at: all.indexOf(document.activeElement), outline: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
    });
    if (focus.at < 0) break;
    assert.ok(focus.outline, `control ${focus.at} does not show its focus`);
    reached.add(focus.at);
  }
  assert.equal(reached.size, wanted);
});
