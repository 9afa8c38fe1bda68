// The pages that people see: each of them, in each language and theme, with and without JavaScript, by keyboard alone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "./harness.mjs";
import { freePort } from "./site.mjs";

const languages = ["en", "ko", "ja"];
const doors = ["sign-in", "sign-up", "signed-out", "forgotten", "reset", "alert", "problems"];
const buttons = { en: "Sign in", ko: "로그인", ja: "ログイン" };
const wrong = { en: "The e-mail or the password is wrong.", ko: "이메일 또는 비밀번호가 올바르지 않습니다.", ja: "メールアドレスまたはパスワードが正しくありません。" };

async function fillIn(page, { email, password }) {
  await page.fill("#email", email);
  await page.fill("#password", password);
}

async function signInBy(page, person) {
  await fillIn(page, person);
  await page.click("main button[type=submit]");
}

const pathOf = (page) => { const { pathname, search, hash } = new URL(page.url()); return pathname + search + hash; };
const shown = (page) => page.locator(".message:visible").allTextContents();

// ---- Signing in ----------------------------------------------------------------------------------------------------------

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
    await page.click(".choices .danger");
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
    assert.deepEqual(await shown(page), ["You were away for long: please sign in again."]);
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
  await page.getByText("시도 횟수가 너무 많습니다. 14분 뒤에 다시 시도해 주세요.").waitFor();
  const plain = await t.page(site, { javaScriptEnabled: false });
  await plain.goto("/cardea/ko/sign-in.html?problem=too_many_attempts&retry_after=840#wait_15");
  assert.deepEqual(await shown(plain), ["시도 횟수가 너무 많습니다. 15분 뒤에 다시 시도해 주세요."]);
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
  assert.match((await shown(page)).join(), /did not keep the cookie/);
});

// ---- What is in the way of nobody -------------------------------------------------------------------------------------------

for (const locale of languages) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds no barrier on any page (${locale}, ${colorScheme})`, async (t) => {
      const site = await t.site();
      const context = await t.context(site, { locale, colorScheme, viewport: { width: 390, height: 800 } });
      await t.signIn(context, site, await t.newcomer(site));
      const page = await context.newPage();
      for (const name of [...doors.map((door) => `${door}.html`), "sign-in.html#invalid_credentials", "sign-up.html#email_in_use", "account.html"]) {
        await page.goto("about:blank");
        await page.goto(`/cardea/${locale}/${name}`);
        if (name === "account.html") await page.waitForSelector("[data-devices] .badge");
        assert.deepEqual(await t.barriers(page), [], name);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(overflow, 0, `${name} is wider than a phone`);
      }
    });
  }
}

test("axe finds no barrier on the demonstration", async (t) => {
  const site = await t.site();
  for (const colorScheme of ["light", "dark"]) {
    const context = await t.context(site, { colorScheme });
    const page = await context.newPage();
    for (const person of [null, site.admin]) {
      if (person) await t.signIn(context, site, person);
      for (const path of ["/demo/", ...(person ? ["/demo/members/", "/demo/admin/", "/demo/how.php"] : [])]) {
        await page.goto(path);
        if (path.endsWith("how.php")) await page.waitForSelector("[data-devices] .what");
        assert.deepEqual(await t.barriers(page), [], path);
      }
    }
  }
});

test("signing in takes nothing but the keyboard", async (t) => {
  const site = await t.site();
  const person = await t.newcomer(site);
  const page = await t.page(site);
  await page.goto("/cardea/en/sign-in.html?return_to=/demo/members/");
  await page.keyboard.type(person.email); // the field has the focus
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  assert.equal(await page.getAttribute("#password", "type"), "text");
  await page.keyboard.press("Enter"); // the focus is back in the field
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

// ---- Links in mails ------------------------------------------------------------------------------------------------------------

// The links of the mails that the site has sent so far: its mail program only keeps them.
function postbox(t) {
  const directory = mkdtempSync(join(tmpdir(), "cardea-mail-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const [program, mails] = [join(directory, "keep"), join(directory, "mails")];
  writeFileSync(program, `#!/bin/sh\ncat >>'${mails}'\n`, { mode: 0o700 });
  const links = () => (existsSync(mails) ? decodeMail(readFileSync(mails, "utf8")) : "").match(/https?:\/\/\S+#\S+/g) ?? [];
  return { settings: { "mail.sendmail": program, "mail.from": "noreply@example.com" }, links };
}

// Mails are quoted-printable or base64; links are ASCII.
function decodeMail(text) {
  const plain = text.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
  const encoded = text.match(/^[A-Za-z0-9+/=]{40,}$/gm) ?? [];
  return `${plain}\n${Buffer.from(encoded.join(""), "base64").toString("utf8")}`;
}

async function newLink(links, known) {
  while (links().length <= known) await new Promise((done) => setTimeout(done, 50));
  return links()[known];
}

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

// ---- Passwords --------------------------------------------------------------------------------------------------------------

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
    return [await page.getAttribute(".strength", "data-level"), await page.textContent("#password-hint")];
  };
  await page.fill("#email", "countess@example.com");
  assert.deepEqual(await advice("short"), ["1", "At least 8 characters are needed."]);
  assert.deepEqual(await advice("countess"), ["1", "Your name or e-mail is easy to guess."]);
  assert.deepEqual(await advice("abababababababababab"), ["1", "The same characters over and over are easy to guess."]);
  assert.equal((await advice("ten or more"))[0], "2");
  assert.deepEqual(await advice("a few words in a row"), ["3", "Good length."]);
  await page.evaluate(() => document.querySelector("#password").dispatchEvent(
    new KeyboardEvent("keydown", { key: "A", modifierCapsLock: true, bubbles: true })));
  assert.ok(await page.isVisible(".caps"));
  await page.evaluate(() => document.querySelector("#password").dispatchEvent(new KeyboardEvent("keyup", { key: "CapsLock" })));
  assert.ok(!(await page.isVisible(".caps")));
});

test("a theme that was chosen stays, also in the next page", async (t) => {
  const site = await t.site();
  const page = await t.page(site, { colorScheme: "light" });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto("/cardea/en/sign-in.html");
  const light = await background();
  await page.click("[data-theme-switch]");
  const dark = await background();
  assert.notEqual(dark, light);
  await page.goto("/cardea/ja/sign-up.html");
  assert.equal(await background(), dark);
});

// ---- Other ways to sign in ---------------------------------------------------------------------------------------------------

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

// ---- My account ---------------------------------------------------------------------------------------------------------------

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

// ---- Cookies, and who else is on this host -------------------------------------------------------------------------------------

test("the browser stored the cookies with the attributes that keep them", async (t) => {
  const site = await t.site();
  const person = await t.newcomer(site);
  const page = await t.page(site);
  await page.goto("/cardea/en/sign-in.html?return_to=/demo/");
  await signInBy(page, person);
  await page.waitForURL("**/demo/");
  const stored = Object.fromEntries((await page.context().cookies()).map((cookie) => [cookie.name, cookie]));
  for (const [name, path] of [["cardea_access", "/"], ["cardea_refresh", "/auth"], ["cardea_device", "/auth"]]) {
    const { httpOnly, sameSite, domain, expires } = stored[name];
    assert.deepEqual([name, stored[name].path, httpOnly, sameSite, domain], [name, path, true, "Lax", "127.0.0.1"]);
    assert.ok(expires > Date.now() / 1000 + 86400, name);
  }
  assert.equal(await page.evaluate(() => document.cookie), "");
});

// A machine that ends TLS in front of the site, with a certificate of its own.
async function tlsInFront(t, port, target) {
  const directory = mkdtempSync(join(tmpdir(), "cardea-tls-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = (name) => join(directory, name);
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
    "-keyout", file("key"), "-out", file("certificate")], { stdio: "ignore" });
  const server = createTlsServer({ key: readFileSync(file("key")), cert: readFileSync(file("certificate")) }, (asked, answer) => {
    const headers = { ...asked.headers, "x-forwarded-proto": "https", "x-forwarded-for": "127.0.0.1" };
    const onwards = request({ port: target, host: "127.0.0.1", method: asked.method, path: asked.url, headers }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    });
    onwards.on("error", () => answer.destroy());
    asked.pipe(onwards);
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  t.after(() => new Promise((done) => { server.closeAllConnections?.(); server.close(done); }));
}

test("on https they are Secure, and no sibling can plant the access cookie", async (t) => {
  const [port, behind] = [await freePort(), await freePort()];
  const site = await t.ownSite({ "site.trusted_proxies": "127.0.0.1" }, { url: `https://127.0.0.1:${port}`, port: behind });
  await tlsInFront(t, port, behind);
  const page = await t.page(site, { ignoreHTTPSErrors: true });
  await page.goto("/cardea/en/sign-in.html?return_to=/demo/how.php");
  await signInBy(page, site.admin);
  await page.waitForURL("**/demo/how.php");
  const stored = await page.context().cookies();
  const facts = Object.fromEntries(stored.map(({ name, path, secure, httpOnly, sameSite }) => [name, { path, secure, httpOnly, sameSite }]));
  const kept = (path) => ({ path, secure: true, httpOnly: true, sameSite: "Lax" });
  assert.deepEqual(facts["__Host-cardea_access"], kept("/"));
  assert.deepEqual(facts["__Secure-cardea_refresh"], kept("/auth"));
  assert.deepEqual(facts["__Secure-cardea_device"], kept("/auth"));
  assert.match(await page.textContent("#cookies ~ p, .about:has(#cookies) p"), /and Secure/);
});

test("a sibling site on another port can do nothing with the session", async (t) => {
  const site = await t.site();
  const person = await t.newcomer(site);
  const context = await t.context(site);
  await t.signIn(context, site, person);
  const port = await freePort();
  const sibling = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end("<!doctype html><title>Sibling</title><p>Hello"));
  await new Promise((done) => sibling.listen(port, "127.0.0.1", done));
  t.after(() => new Promise((done) => { sibling.closeAllConnections?.(); sibling.close(done); }));
  t.expect(/CORS policy|ERR_FAILED|40[0-9]|X-Frame-Options|frame-ancestors|chrome-error/);

  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  const seen = await page.evaluate(async (url) => {
    const tries = {};
    const attempt = async (name, path, init) => {
      try {
        const answer = await fetch(url + path, { credentials: "include", ...init });
        tries[name] = answer.type === "opaque" ? "nothing" : `${answer.status} ${await answer.text()}`;
      } catch {
        tries[name] = "nothing";
      }
    };
    await attempt("reads who is signed in", "/auth/me");
    await attempt("reads the devices", "/auth/devices", { headers: { Accept: "application/json" } });
    await attempt("renews", "/auth/refresh", { method: "POST", mode: "no-cors" });
    await attempt("renews with JSON", "/auth/refresh", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
    await attempt("signs out", "/auth/logout", { method: "POST", mode: "no-cors", body: new URLSearchParams({ all: "yes" }) });
    return { tries, cookies: document.cookie };
  }, site.url);
  assert.deepEqual(new Set(Object.values(seen.tries)), new Set(["nothing"]), JSON.stringify(seen));
  assert.equal(seen.cookies, "");

  await page.setContent(`<form method="post" action="${site.url}/auth/logout"><input name="all" value="yes"><input name="return_to" value="/"><button>Go</button></form>`);
  await Promise.all([page.waitForNavigation(), page.click("button")]);
  assert.match(await page.textContent("body"), /csrf_refused/);

  assert.equal((await context.request.get(`${site.url}/auth/me`, { maxRetries: 3 })).status(), 200, "is still signed in");
});

test("nothing of the sign-in page comes from elsewhere, and all of it is light", async (t) => {
  const site = await t.site();
  const page = await t.page(site);
  const addresses = [];
  page.on("request", (sent) => addresses.push(sent.url()));
  await page.goto("/cardea/ko/sign-in.html");
  await page.waitForFunction(() => document.title.includes("·"));
  assert.ok(addresses.every((address) => address.startsWith(site.url + "/")), addresses.join("\n"));
  assert.ok(addresses.length <= 12, addresses.join("\n"));
});

test("the page is painted although no script has arrived", async (t) => {
  const site = await t.site();
  const page = await t.page(site);
  let release;
  const held = new Promise((done) => { release = done; });
  await page.route("**/*.js", async (route) => { await held; await route.continue(); });
  page.goto("/cardea/en/sign-in.html").catch(() => {});
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
  assert.ok(await page.isVisible("#email"));
  release();
  await page.waitForSelector(".secret button");
});
