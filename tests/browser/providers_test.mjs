// The buttons of other services.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { configured, inBothThemes, pathOf, signInBy } from "./people.mjs";

// The colours in a picture of a part of the page, as #rrggbb, without those at the edges of letters and lines.
async function coloursOf(part) {
  const picture = (await part.screenshot({ animations: "disabled" })).toString("base64");
  const desk = await part.page().context().newPage(); // the page itself may load no data: address
  const found = await desk.evaluate(async (text) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${text}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const { data } = canvas.getImageData(0, 0, image.width, image.height);
    const colours = {};
    for (let at = 0; at < data.length; at += 4) {
      const colour = `#${[...data.slice(at, at + 3)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
      colours[colour] = (colours[colour] ?? 0) + 4 / data.length;
    }
    return Object.keys(colours).filter((colour) => colours[colour] > 0.02);
  }, picture);
  await desk.close();
  return found.sort();
}

// Apple's Human Interface Guidelines for a button of one's own: black and white alone, the logo in the colour of the words
// and before them, black where it is light and white where it is dark, and no smaller than the buttons beside it.
async function looksLikeApple(page, colorScheme) {
  const button = page.locator(".provider.apple");
  const [ground, ink] = colorScheme === "light" ? ["rgb(0, 0, 0)", "rgb(255, 255, 255)"] : ["rgb(255, 255, 255)", "rgb(0, 0, 0)"];
  const style = await button.evaluate((one) => { const { backgroundColor, color } = getComputedStyle(one); return { backgroundColor, color }; });
  assert.deepEqual(style, { backgroundColor: ground, color: ink });
  const [logo, words] = [await button.locator("img").boundingBox(), await button.locator("span").first().boundingBox()];
  assert.ok(logo.x + logo.width < words.x, "the logo stands before the words");
  const sizes = await page.locator(".provider:visible").evaluateAll((all) => all.map((one) => [one.offsetWidth, one.offsetHeight].join()));
  assert.equal(new Set(sizes).size, 1, `all buttons are of one size: ${sizes.join(" ")}`);
  const { width, height } = await button.boundingBox();
  assert.ok(width >= 140 && height >= 30, `${width} × ${height}`);
}

test("the other ways to sign in are shown as their owners want them, and the one used last is marked", async (t) => {
  const site = await t.ownSite(configured(t, ["kakao", "google", "apple", "naver", "github"]));
  const person = await t.newcomer(site);
  for (const [locale, words] of [["en", ["Login with Kakao", "Sign in with Google", "Sign in with Apple", "Log in with NAVER", "Sign in with GitHub"]],
    ["ko", ["카카오 로그인", "Google 계정으로 로그인", "Apple로 로그인", "네이버 로그인", "GitHub로 로그인"]],
    ["ja", ["カカオログイン", "Google でログイン", "Appleでサインイン", "NAVERでログイン", "GitHub でログイン"]]]) {
    const page = await t.page(site, { locale });
    await page.goto(`/cardea/${locale}/sign-in.html?return_to=/demo/`);
    await page.waitForSelector(".provider.google:visible");
    assert.deepEqual(await page.locator(".provider:visible span").allTextContents(), words);
    assert.equal(await page.getAttribute(".provider.kakao", "href"), `${site.url}/auth/oauth/kakao/start?return_to=%2Fdemo%2F`);
    await inBothThemes(page, async (theme) => {
      await looksLikeApple(page, theme);
      if (locale === "en") assert.deepEqual(await coloursOf(page.locator(".provider.apple img")), ["#000000", "#ffffff"], "logo and ground");
      assert.deepEqual(await t.barriers(page), [], theme);
    });
  }
  const page = await t.page(site);
  await page.goto("/cardea/en/sign-in.html?return_to=/demo/");
  await signInBy(page, { ...person, password: "not the right one" });
  await page.waitForSelector("#invalid_credentials:visible");
  await page.waitForSelector(".provider.google:visible");
  assert.equal(await page.locator(".badge:visible").count(), 0, "a sign-in that failed is no way used last");
  await page.goto("/cardea/en/sign-in.html?return_to=/demo/");
  await signInBy(page, person);
  await page.waitForURL("**/demo/");
  await page.goto("/cardea/en/sign-in.html");
  await page.waitForSelector("button.main .badge:visible");
  await page.goto("/cardea/en/sign-in.html?problem=email_in_use&strategy=google#email_in_use");
  await page.getByText("That account signs in with Google.").waitFor();
  await page.goto("/cardea/en/account.html");
  await page.waitForSelector("[data-methods] button");
  assert.deepEqual(await page.locator("[data-methods] strong").allTextContents(), ["Kakao", "Google", "Apple", "Naver", "GitHub"]);
  assert.deepEqual(await t.barriers(page), []);
});

test("without JavaScript another service is connected by a button, whatever the page's policy says of forms", async (t) => {
  const site = await t.ownSite(configured(t, ["github", "google"]));
  const context = await t.context(site, { javaScriptEnabled: false });
  await t.signIn(context, site, await t.newcomer(site));
  const page = await context.newPage();
  const asked = [];
  await page.route("https://github.com/**", (route) => {
    asked.push(route.request());
    return route.fulfill({ contentType: "text/html", body: "<title>There</title>" });
  });
  await page.goto("/cardea/en/account.html");
  await page.click("section[aria-labelledby=methods] a");
  assert.equal(pathOf(page), "/auth/activity?language=en#methods");
  assert.deepEqual(await page.locator("section[aria-labelledby=methods] strong").allTextContents(), ["GitHub", "Google"]);
  await page.getByRole("button", { name: "Connect: GitHub" }).click();
  await page.waitForURL("https://github.com/login/oauth/authorize?**");
  assert.equal(new URL(page.url()).searchParams.get("redirect_uri"), `${site.url}/auth/oauth/github/callback`);
  assert.equal(asked[0].headers().referer, undefined, "the provider is not told which page it was");
});
