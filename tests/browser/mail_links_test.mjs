// The links in mails, taken from mails that the site really sent.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { newLink, postbox, signInBy } from "./people.mjs";

test("a forgotten password is replaced by a link in a mail, with and without JavaScript, and the link works once", async (t) => {
  const { settings, links } = postbox(t);
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
    const choose = async (password) => {
      await page.goto("about:blank");
      await page.goto(link);
      assert.equal(await page.isVisible("#token"), !javaScriptEnabled);
      if (!javaScriptEnabled) await page.fill("#token", link.split("#")[1]);
      await page.fill("#password", password);
      await page.click("main button[type=submit]");
    };
    await choose("a new one of some words");
    await page.waitForSelector("#reset_done:visible");
    await choose("yet another one of words");
    await page.waitForSelector("#invalid_link:visible");
    await page.goto("/cardea/en/sign-in.html?return_to=/demo/members/");
    await signInBy(page, { ...person, password: "a new one of some words" });
    await page.waitForURL("**/demo/members/");
  }
});
