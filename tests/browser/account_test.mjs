// My account.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { configured, focusOn, inBothThemes, pathOf } from "./people.mjs";

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
    await focusOn(page, "current");
    await page.waitForFunction((count) => document.querySelectorAll("[data-devices] .acts").length === count, left - 1);
  }
  assert.equal((await thief.request.get(`${site.url}/auth/me`, { maxRetries: 3 })).status(), 401);
  assert.equal((await context.request.get(`${site.url}/auth/me`, { maxRetries: 3 })).status(), 200);
});

test("events name their device, and a card with nothing in it is not shown", async (t) => {
  const site = await t.site(); // without other services
  const context = await t.context(site);
  await t.signIn(context, site, await t.newcomer(site));
  const page = await context.newPage();
  await page.goto("/cardea/en/account.html");
  const name = await page.locator("[data-devices] li strong").first().evaluate((title) => title.firstChild.textContent);
  await page.locator("[data-events] small", { hasText: name }).first().waitFor();
  await page.waitForSelector("section[aria-labelledby=methods]", { state: "hidden" });
});

const kakaoTalk = "Mozilla/5.0 (Linux; Android 14; K) Chrome/142.0.0.0 Mobile Safari/537.36 KAKAOTALK 2510700";

test("a device is called by its browser and system as each language does", async (t) => {
  const site = await t.site();
  const context = await t.context(site, { userAgent: kakaoTalk });
  await t.signIn(context, site, await t.newcomer(site));
  for (const [locale, name] of [["en", "KakaoTalk on Android"], ["ko", "KakaoTalk (Android)"], ["ja", "KakaoTalk（Android）"]]) {
    const page = await context.newPage();
    await page.goto(`/cardea/${locale}/account.html`);
    await page.locator("[data-devices] li strong", { hasText: name }).first().waitFor();
  }
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

const statusOf = async (context, site) => (await context.request.get(`${site.url}/auth/me`, { maxRetries: 3 })).status();
const hostile = `<img src=x onerror="document.title='owned'">'"&amp;`;

for (const [locale, words] of [["en", { devices: "Signed-in devices", here: "This device", out: "Sign out", signedIn: "Signed in." }],
  ["ko", { devices: "로그인된 기기", here: "이 기기", out: "로그아웃", signedIn: "로그인했습니다." }],
  ["ja", { devices: "ログイン中の端末", here: "この端末", out: "ログアウト", signedIn: "ログインしました。" }]]) {
  test(`without JavaScript, devices and events are seen and a device is signed out (${locale})`, async (t) => {
    const site = await t.site();
    const person = await t.newcomer(site);
    const [thief, owner] = [await t.context(site), await t.context(site, { javaScriptEnabled: false, locale })];
    await t.signIn(thief, site, { ...person, deviceName: hostile });
    await t.signIn(owner, site, person);
    const page = await owner.newPage();
    await page.goto(`/cardea/${locale}/account.html`);
    await page.click("section[aria-labelledby=devices] a");
    await page.waitForURL(`/auth/activity?language=${locale}#devices`);
    assert.equal(await page.textContent("h2#devices"), words.devices);
    assert.equal((await page.locator("li:has(form) strong").allTextContents()).filter((name) => name.startsWith(hostile)).length, 1);
    assert.equal(await page.locator("li img").count(), 0);
    assert.equal((await page.textContent(".rows li .badge")).trim(), words.here);
    assert.equal((await page.textContent(".events li strong")).trim(), words.signedIn);
    assert.equal((await page.textContent("li form button")).trim(), words.out);
    const row = page.locator("li:has(form)", { hasText: "onerror" });
    await Promise.all([page.waitForNavigation(), row.locator("button").click()]);
    assert.equal(await row.count(), 0);
    assert.equal(pathOf(page), `/auth/activity?language=${locale}`);
    assert.deepEqual([await statusOf(thief, site), await statusOf(owner, site)], [401, 200]);
    await page.click("main p a");
    await page.waitForURL(`/cardea/${locale}/account.html`);
  });
}

test("axe finds no barrier on the page of devices, ways to sign in and events", async (t) => {
  const site = await t.ownSite(configured(t, ["google", "github"]));
  const person = await t.newcomer(site);
  await t.signIn(await t.context(site), site, { ...person, deviceName: hostile });
  const context = await t.context(site, { viewport: { width: 390, height: 800 } });
  await t.signIn(context, site, person);
  const page = await context.newPage();
  await page.goto("/auth/activity");
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".rows")).listStyleType), "none", "it wears the stylesheet");
  await inBothThemes(page, async (theme) => assert.deepEqual(await t.barriers(page), [], theme));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
});

test("connecting a service asks for the password where the sign-in is older", async (t) => {
  const site = await t.ownSite(configured(t, ["github"]));
  const context = await t.context(site);
  await t.signIn(context, site, await t.newcomer(site));
  const page = await context.newPage();
  t.expect(/401|403/);
  const sent = [];
  const answer = (status, error, headers = {}) => ({ status, headers, contentType: "application/json", body: JSON.stringify({ code: status, error }) });
  await page.route("**/auth/oauth/github/link", (route) => {
    const { password } = route.request().postDataJSON();
    sent.push(password);
    if (!password) return route.fulfill(answer(401, "insufficient_user_authentication", { "WWW-Authenticate": 'Bearer error="insufficient_user_authentication"' }));
    if (password === "wrong") return route.fulfill(answer(403, "invalid_credentials"));
    return route.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify({ location: "/cardea/en/problems.html" }) });
  });
  await page.goto("/cardea/en/account.html");
  const connect = page.getByRole("button", { name: "Connect: GitHub" });
  const field = page.locator("[data-methods] input[type=password]");
  await connect.click();
  await field.waitFor();
  assert.deepEqual(await t.barriers(page), []);
  await page.getByRole("button", { name: "Cancel" }).click();
  await field.waitFor({ state: "detached" });
  await connect.click();
  await field.fill("wrong");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("status").getByText("The current password is incorrect.").waitFor();
  await connect.click();
  await field.fill("right");
  await field.press("Enter");
  await page.waitForURL("**/cardea/en/problems.html");
  assert.deepEqual(sent, [undefined, undefined, "wrong", undefined, "right"]);
});
