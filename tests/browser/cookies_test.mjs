// Cookies, and who else is on this host.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "./harness.mjs";
import { signInBy } from "./people.mjs";
import { freePort } from "./site.mjs";

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
  assert.match(await page.textContent("body"), /came from another site/);

  assert.equal((await context.request.get(`${site.url}/auth/me`, { maxRetries: 3 })).status(), 200, "is still signed in");
});

test("another site's frame shows none of the pages, also where the server cannot forbid it", async (t) => {
  const site = await t.site();
  const page = await t.page(site);
  t.expect(/X-Frame-Options|frame-ancestors|chrome-error|Blocked autofocusing/);
  const framed = async () => {
    await page.setContent(`<!doctype html><iframe src="${site.url}/cardea/en/sign-in.html" width="600" height="600"></iframe>`);
    await page.waitForLoadState("networkidle");
    return page.frames()[1].locator("form").first().isVisible();
  };
  assert.equal(await framed(), false);
  await page.route("**/sign-in.html", async (route) => {
    const answer = await route.fetch();
    const { "content-security-policy": _policy, "x-frame-options": _frames, ...headers } = answer.headers();
    await route.fulfill({ response: answer, headers });
  });
  assert.equal(await framed(), false);
  await page.goto(`${site.url}/cardea/en/sign-in.html`);
  assert.equal(await page.locator("form").first().isVisible(), true);
});
