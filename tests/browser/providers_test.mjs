// The buttons of other services.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "./harness.mjs";
import { signInBy } from "./people.mjs";

// Providers that nobody asks: the pages only have to show them.
function configured(t, names) {
  const directory = mkdtempSync(join(tmpdir(), "cardea-providers-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const secret = join(directory, "secret");
  writeFileSync(secret, "not-used-by-anybody", { mode: 0o600 });
  return Object.fromEntries(names.flatMap((name) => [[`provider.${name}.client_id`, "example"], [`provider.${name}.client_secret_file`, secret]]));
}

test("the other ways to sign in are shown as their owners want them, and the one used last is marked", async (t) => {
  const site = await t.ownSite(configured(t, ["kakao", "google", "naver", "github"]));
  const person = await t.newcomer(site);
  for (const [locale, words] of [["en", ["Login with Kakao", "Sign in with Google", "Log in with NAVER", "Sign in with GitHub"]],
    ["ko", ["카카오 로그인", "Google 계정으로 로그인", "네이버 로그인", "GitHub로 로그인"]],
    ["ja", ["カカオログイン", "Google でログイン", "NAVERでログイン", "GitHub でログイン"]]]) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await t.page(site, { locale, colorScheme });
      await page.goto(`/cardea/${locale}/sign-in.html?return_to=/demo/`);
      await page.waitForSelector(".provider.google:visible");
      assert.deepEqual(await page.locator(".provider:visible span").allTextContents(), words);
      assert.equal(await page.getAttribute(".provider.kakao", "href"), `${site.url}/auth/oauth/kakao/start?return_to=%2Fdemo%2F`);
      assert.deepEqual(await t.barriers(page), []);
    }
  }
  const page = await t.page(site);
  await page.goto("/cardea/en/sign-in.html?return_to=/demo/");
  await signInBy(page, person);
  await page.waitForURL("**/demo/");
  await page.goto("/cardea/en/sign-in.html");
  await page.waitForSelector("button.main .badge:visible");
  await page.goto("/cardea/en/sign-in.html?problem=email_in_use&strategy=google#email_in_use");
  await page.getByText("It signs in with: Google.").waitFor();
  await page.goto("/cardea/en/account.html");
  await page.waitForSelector("[data-methods] button");
  assert.deepEqual(await page.locator("[data-methods] strong").allTextContents(), ["Kakao", "Google", "Naver", "GitHub"]);
  assert.deepEqual(await t.barriers(page), []);
});
