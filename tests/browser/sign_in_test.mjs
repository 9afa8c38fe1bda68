// Signing in and up by the pages: with and without JavaScript, in each language, and what they say when it does not work.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { languages, pathOf, shown, signInBy } from "./people.mjs";

const buttons = { en: "Sign in", ko: "로그인", ja: "ログイン" };
const wrong = { en: "The email address or password is incorrect.", ko: "이메일 또는 비밀번호가 올바르지 않습니다.", ja: "メールアドレスまたはパスワードが正しくありません。" };

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`a person who wanted a page signs in and gets it, ${how}, in each language`, async (t) => {
    const site = await t.site();
    const person = await t.newcomer(site);
    for (const locale of languages) {
      const page = await t.page(site, { javaScriptEnabled, locale });
      await page.goto("/demo/members/?a=b&c");
      assert.equal(pathOf(page), `/cardea/${locale}/sign-in.html?return_to=/demo/members/%3Fa%3Db%26c`);
      assert.equal(await page.textContent("main button[type=submit] span"), buttons[locale]);
      await signInBy(page, { ...person, password: "wrong" });
      await page.waitForURL(/problem=/);
      assert.deepEqual(await shown(page), [wrong[locale]]);
      await signInBy(page, person);
      await page.waitForURL("**/demo/members/?a=b&c");
    }
  });

  test(`the language can be switched, the page says the same, and the choice stays, ${how}`, async (t) => {
    const site = await t.site();
    const page = await t.page(site, { javaScriptEnabled });
    await page.goto("/auth/continue?return_to=/demo/members/");
    await signInBy(page, { email: "nobody@example.com", password: "wrong" });
    await page.waitForURL(/problem=/);
    await page.click("footer a[lang=ko]");
    await page.waitForURL(/cardea\/ko/);
    assert.equal(pathOf(page), "/cardea/ko/sign-in.html?return_to=/demo/members/&problem=invalid_credentials#invalid_credentials");
    assert.deepEqual(await shown(page), [wrong.ko]);
    await page.click("main .below a");
    assert.equal(pathOf(page), "/cardea/ko/sign-up.html?return_to=/demo/members/");
    await page.goto("/demo/members/");
    assert.match(page.url(), /cardea\/ko\/sign-in/);
  });

  test(`a person signs up, changes the name and signs out everywhere, ${how}`, async (t) => {
    const site = await t.site();
    const page = await t.page(site, { javaScriptEnabled });
    await page.goto("/auth/pages/sign-up?return_to=/demo/");
    const email = `${Date.now()}-${javaScriptEnabled}@example.com`;
    await page.fill("#name", "Ada");
    await signInBy(page, { email, password: "a few words in a row" });
    await page.waitForURL("**/demo/");
    await page.goto("/auth/pages/account");
    await page.fill("#name", "Ada Lovelace");
    await page.click("[data-form=profile] button");
    await page.waitForSelector(".message.good:visible");
    const other = await t.context(site);
    await t.signIn(other, site, { email, password: "a few words in a row" });
    await page.click("[aria-labelledby=leave] .danger");
    await page.waitForURL("**/signed-out.html");
    const answer = await other.request.get(`${site.url}/auth/me`, { maxRetries: 3 });
    assert.equal(answer.status(), 401);
  });

  test(`a password is changed, and a wrong one is not, ${how}`, async (t) => {
    const site = await t.site();
    const person = await t.newcomer(site);
    const context = await t.context(site, { javaScriptEnabled });
    await t.signIn(context, site, person);
    const page = await context.newPage();
    await page.goto("/cardea/en/account.html");
    t.expect(/40[013] .*\/auth\/password$/);
    for (const [current, kind] of [["wrong", "bad"], [person.password, "good"]]) {
      await page.fill("#current", current);
      await page.fill("#new", "a few more words in a row");
      await page.click("[data-form=password] button[type=submit]");
      await page.waitForSelector(`.message.${kind}:visible`);
    }
    const answer = await context.request.get(`${site.url}/auth/me`, { maxRetries: 3 });
    assert.equal(answer.status(), 200);
  });
}

test("old addresses of the pages still work", async (t) => {
  const site = await t.site();
  const page = await t.page(site);
  for (const name of ["sign-in", "sign-up"]) {
    await page.goto(`/cardea/${name}.html?return_to=/demo/members/&problem=expired`);
    assert.deepEqual(await shown(page), ["You were signed out because you hadn't been here for a while. Sign in again."]);
    assert.equal(await page.inputValue("main [name=return_to]"), "/demo/members/");
    assert.deepEqual(await t.barriers(page), []);
  }
});

test("too many attempts are told with the time that is left", async (t) => {
  const site = await t.site();
  const person = await t.newcomer(site);
  const page = await t.page(site);
  await page.goto("/cardea/en/sign-in.html");
  for (let attempt = 0; attempt < 12 && !page.url().includes("too_many"); attempt += 1) {
    const answered = page.waitForNavigation();
    await signInBy(page, { ...person, password: "wrong" });
    await answered;
  }
  assert.match(pathOf(page), /&retry_after=\d+#wait_\d+$/);
  await page.goto(page.url().replace(/retry_after=\d+/, "retry_after=59"));
  await page.getByText(/^Too many attempts\. Try again in \d+ seconds\.$/).waitFor();
  await page.goto("/cardea/ko/sign-in.html?problem=too_many_attempts&retry_after=840#wait_15");
  await page.getByText("시도 횟수를 초과했습니다. 14분 뒤에 다시 시도해 주세요.").waitFor();
  const plain = await t.page(site, { javaScriptEnabled: false });
  await plain.goto("/cardea/ko/sign-in.html?problem=too_many_attempts&retry_after=840#wait_15");
  assert.deepEqual(await shown(plain), ["시도 횟수를 초과했습니다. 15분 뒤에 다시 시도해 주세요."]);
});

test("a browser that keeps no cookies is told so", async (t) => {
  const site = await t.site();
  const person = await t.newcomer(site);
  const page = await t.page(site, { javaScriptEnabled: false });
  await page.route("**/auth/login", async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 });
    const { "set-cookie": _, ...headers } = answer.headers();
    await page.context().clearCookies();
    await route.fulfill({ response: answer, headers });
  });
  await page.goto("/cardea/en/sign-in.html?return_to=/demo/");
  await signInBy(page, person);
  await page.waitForURL(/cookies_refused/);
  assert.match((await shown(page)).join(), /didn't keep the cookie/);
});

test("a form that was refused holds what was typed, but for the password, and only there", async (t) => {
  const site = await t.site();
  const person = await t.newcomer(site);
  const page = await t.page(site);
  await page.goto("/auth/pages/sign-up?return_to=/demo/");
  await page.fill("#name", "가나다");
  await page.fill("#password", "a few words in a row");
  await page.click(".secret button"); // shown, it is a password all the same
  await page.fill("#email", person.email);
  await page.click("main form button[type=submit]");
  await page.waitForURL(/problem=email_in_use/);
  assert.deepEqual(await page.$$eval("#name, #email, #password", (inputs) => inputs.map(({ value }) => value)), ["가나다", person.email, ""]);
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await page.goto("/auth/pages/sign-up?return_to=/demo/");
  assert.equal(await page.inputValue("#email"), "");
  await page.goto("/cardea/en/sign-up.html?return_to=/demo/&problem=invalid_request&field=email#invalid_request");
  assert.equal(await page.getAttribute("#email", "aria-invalid"), "true");
  await page.fill("#email", "x");
  assert.equal(await page.getAttribute("#email", "aria-invalid"), null);
});
