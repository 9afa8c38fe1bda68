// The archive on a host, uploaded by FTP, and a browser without JavaScript: how much it takes until an administrator is signed in and
// the gate is shut. And what people read before that: READ-ME-FIRST.html and check.html.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { test } from "./harness.mjs";
import { root } from "./site.mjs";

const mostClicks = 8;
const mostTyped = 12;
const secret = "Only people who are signed in can see this page";
const modules = "/usr/lib/apache2/modules";

// Those of test_upload.py that this machine can try.
const hasApache = existsSync(`${modules}/mod_cgid.so`);
const hasSuexec = hasApache && process.getuid() === 0 && existsSync("/usr/lib/apache2/suexec") && existsSync(`${modules}/mod_fcgid.so`);
const ways = ["lighttpd FastCGI", ...(hasApache ? ["plain CGI"] : []), ...(hasSuexec ? ["mod_fcgid under suexec", "mod_cgid under suexec"] : [])];

class Host {
  static async start(t, way) {
    const host = new Host();
    host.process = spawn("/usr/bin/python3", [join(root, "tests/server/upload_host.py"), way], { stdio: ["pipe", "pipe", "inherit"] });
    const ended = new Promise((resolve) => host.process.once("exit", resolve));
    host.lines = createInterface({ input: host.process.stdout })[Symbol.asyncIterator]();
    t.after(() => {
      host.process.stdin.end();
      return ended;
    });
    const first = await host.lines.next();
    assert.ok(!first.done, `the host "${way}" does not start`);
    host.url = JSON.parse(first.value).url;
    return host;
  }

  async upload(name) {
    this.process.stdin.write(`${name}\n`);
    assert.equal((await this.lines.next()).value, "uploaded");
  }
}

// A person at a page, whose clicks and typed fields are counted. The address bar is a field.
class Person {
  clicks = 0;
  typed = 0;

  constructor(page) {
    this.page = page;
  }

  open(address) {
    this.typed += 1;
    return this.page.goto(address);
  }

  fill(name, value) {
    this.typed += 1;
    return this.page.fill(`[name=${name}]`, value);
  }

  choose(name, value) {
    this.typed += 1;
    return this.page.selectOption(`[name=${name}]`, value);
  }

  click(role, name) {
    this.clicks += 1;
    return this.page.getByRole(role, { name, exact: true }).click();
  }
}

async function prove(person, host) {
  const download = person.page.waitForEvent("download");
  await person.click("link", "Download this file");
  await host.upload((await download).suggestedFilename());
  await person.click("button", "Check again");
}

async function setUp(person) {
  await person.choose("database", "sqlite");
  await person.fill("email", "owner@example.com");
  await person.fill("admin_password", "correct horse battery");
  await person.click("button", "Set up");
  await person.page.getByRole("heading", { name: "Setup is complete" }).waitFor();
}

// Processes that began before set-up ended see the configuration within a second: less than a person needs to type.
async function until(works, what) {
  const end = Date.now() + 20_000;
  while (!(await works())) {
    assert.ok(Date.now() < end, `waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function signIn(person, host) {
  await person.click("link", "Sign in");
  await until(async () => (await fetch(`${host.url}/auth/health`)).status === 200, "the program knows the configuration");
  await person.fill("email", "owner@example.com");
  await person.fill("password", "correct horse battery");
  await person.click("button", "Sign in");
}

for (const way of ways) {
  test(`${way}: from the archive to an administrator and a shut gate without JavaScript`, async (t) => {
    const host = await Host.start(t, way);
    t.expect(/status of (401|403|404|503)/); // the site has no front page, and the gate refuses
    const person = new Person(await t.page(host, { javaScriptEnabled: false, acceptDownloads: true }));
    await person.open("/auth/setup");
    await prove(person, host);
    await setUp(person);
    await signIn(person, host);
    await until(async () => (await person.page.context().request.get("/members/")).status() === 200, "the gate lets the administrator pass");
    await person.open("/members/");
    assert.match(await person.page.textContent("body"), new RegExp(secret));
    const stranger = await t.page(host, { javaScriptEnabled: false });
    await stranger.goto("/members/");
    assert.match(stranger.url(), /\/cardea\/en\/sign-in\.html/);
    assert.ok(person.clicks <= mostClicks && person.typed <= mostTyped, `${person.clicks} clicks, ${person.typed} fields`);
  });
}

for (const locale of ["en-US", "ko-KR", "ja-JP"]) {
  test(`what is read before set-up has no barriers (${locale})`, async (t) => {
    const host = await Host.start(t, "lighttpd FastCGI");
    const page = await t.page(host, { locale });
    t.expect(/probe-[a-z]+\/yes\.probe|favicon\.ico/);  // what this host has no .htaccess for
    await page.goto("/cardea-check/check.html");
    assert.equal(await page.getAttribute("html", "lang"), locale.slice(0, 2));
    assert.equal(await page.locator("section:visible").count(), 1);
    assert.deepEqual(await t.barriers(page), []);
    const first = await t.page(host, { locale });
    await first.goto(pathToFileURL(join(root, "conf/upload/READ-ME-FIRST.html")).href);
    assert.equal(await first.locator("section:visible").count(), 3);
    assert.deepEqual(await t.barriers(first), []);
  });
}
