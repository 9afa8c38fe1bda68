// Tests in a real browser. A file *_test.mjs calls test("a sentence", async (t) => …) for each; run.mjs runs them.
//
//   const site = await t.site({ "tokens.access_ttl": "1m" });   a private site; tests with the same settings share it
//   const person = await t.newcomer(site);                      {email, password, name}, registered
//   const page = await t.page(site, { javaScriptEnabled: false });  a tab of a browser profile of its own (t.context: the profile)
//
// Whatever a page complains about on its console, and every violation of its content security policy, fails the test,
// unless the test has said t.expect(/pattern/). Contexts are closed when the test ends.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Site, root } from "./site.mjs";

const installed = createRequire(join(root, "build/browser/package.json"));
export const { chromium } = installed("playwright-core");
export const program = process.env.CHROMIUM ?? "/usr/bin/chromium";
const axeFile = installed.resolve("axe-core/axe.min.js");

export const tests = [];
export function test(sentence, body) {
  tests.push({ sentence, body });
}

// As root there is no sandbox; without the others its own errands hang where there is no way out.
export const switches = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--disable-dev-shm-usage", ...(process.getuid() === 0 ? ["--no-sandbox"] : [])];
const waitLimit = 60_000; // for a page or a change in it; much longer than it takes

// What all tests of a run share: one Chromium and one site for each set of settings.
export class House {
  sites = new Map();

  browser() {
    this.launched ??= chromium.launch({ executablePath: program, args: switches });
    return this.launched;
  }

  site(settings = {}) {
    const key = JSON.stringify(settings);
    if (!this.sites.has(key)) this.sites.set(key, Site.start(settings));
    return this.sites.get(key);
  }

  async close() {
    if (this.launched) await (await this.launched.catch(() => null))?.close();
    for (const site of this.sites.values()) await (await site.catch(() => null))?.stop();
  }

  async logs() {
    const running = await Promise.all([...this.sites.values()].map((site) => site.catch(() => null)));
    return running.filter(Boolean).map((site) => site.log()).join("\n");
  }
}

export class Scene {
  contexts = [];
  complaints = [];
  expected = [];
  cleanups = [];

  constructor(house) {
    this.house = house;
  }

  site(settings) {
    return this.house.site(settings);
  }

  // A site that no other test shares, stopped at the end; see Site.start.
  async ownSite(settings, options) {
    const site = await Site.start(settings, options);
    this.after(() => site.stop());
    return site;
  }

  // A browser profile of its own; options are playwright's (javaScriptEnabled, locale, colorScheme, viewport, …). Nothing
  // moves unless they say so: rows that pulse while they wait cost a processor that draws them in software.
  async context(site, options = {}) {
    const context = await (await this.house.browser()).newContext({ baseURL: site.url, locale: "en-US", reducedMotion: "reduce", ...options });
    context.setDefaultTimeout(waitLimit);
    this.contexts.push(context);
    context.on("page", (page) => this.listen(page));
    return context;
  }

  async page(site, options = {}) {
    return (await this.context(site, options)).newPage();
  }

  listen(page) {
    const note = (text) => this.complaints.push(`${page.url()}: ${text}`);
    page.on("pageerror", (error) => note(error.stack ?? String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" || /content security policy/i.test(message.text())) note(`${message.text()} ${message.location().url}`);
    });
  }

  // Complaints that match are the test's subject.
  expect(pattern) {
    this.expected.push(pattern);
  }

  after(cleanup) {
    this.cleanups.push(cleanup);
  }

  // Somebody new with an account of the site.
  async newcomer(site, more = {}) {
    const person = { email: `${randomBytes(6).toString("hex")}@example.com`, password: "correct horse battery", name: "Newcomer", ...more };
    const answer = await fetch(`${site.url}/auth/register`, {
      method: "POST", headers: { "Content-Type": "application/json", Origin: site.url }, body: JSON.stringify(person) });
    assert.equal(answer.status, 201, await answer.text());
    return person;
  }

  // Signs the profile in by the API, as a page of the site would.
  async signIn(context, site, person) {
    const answer = await context.request.post(`${site.url}/auth/login`, {
      headers: { Origin: site.url }, data: { email: person.email, password: person.password, ...(person.deviceName && { device_name: person.deviceName }) },
      maxRetries: 3 }); // where lighttpd has just closed a connection that was kept
    assert.equal(answer.status(), 200, await answer.text());
    return answer.json();
  }

  // What axe finds on the page, as one line for each finding.
  async barriers(page) {
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(await axeSource());
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    return found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html).join(" ").slice(0, 400)}`);
  }

  // Runs the body with its time limit and cleans up behind it; throws what went wrong.
  async play(body, limit) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error("the test took longer than it may")), limit);
    });
    try {
      await Promise.race([body(this), late]);
      const complaints = this.complaints.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
      assert.deepEqual(complaints, [], "a page complained");
    } finally {
      clearTimeout(timer);
      for (const context of this.contexts) await context.close().catch(() => {});
      for (const cleanup of this.cleanups.reverse()) await cleanup();
    }
  }
}

let axe;
async function axeSource() {
  axe ??= (await import("node:fs/promises")).readFile(axeFile, "utf8");
  return axe;
}

export function missingTools() {
  return [program].filter((file) => !existsSync(file));
}
