// Mail scanners open the links of letters: some run scripts, click and submit. Only a person spends a link.

import assert from "node:assert/strict";
import { test } from "./harness.mjs";
import { newLink, postbox, signInBy } from "./people.mjs";

const platforms = {
  windows: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  iphone: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
};

// What a scanner does besides opening the link: by its own requests, or by scripts in the page.
const requests = {
  "asks by HEAD": (context, link) => context.request.head(link),
  "prefetches it": (context, link) => context.request.get(link, { headers: { "Sec-Purpose": "prefetch", Purpose: "prefetch" } }),
  "asks for the path that the form posts to": (context, link, site) => context.request.get(`${site.url}/auth/alert?token=${link.split("#")[1]}`),
};
const scripts = {
  "only opens it and runs its scripts": () => {},
  "calls click() on the button": () => document.querySelector("main button[type=submit]").click(),
  "calls click() on every button and field": () => {
    for (const one of document.querySelectorAll("main button, main input")) one.click();
  },
  "makes the events of a mouse": () => {
    const button = document.querySelector("main button[type=submit]");
    for (const name of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
      button.dispatchEvent(new MouseEvent(name, { bubbles: true, cancelable: true, view: window, detail: 1 }));
    }
  },
  "makes the events of the Enter key": () => {
    for (const one of document.querySelectorAll("main button, main input")) {
      for (const name of ["keydown", "keypress", "keyup"]) {
        one.dispatchEvent(new KeyboardEvent(name, { key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true }));
      }
    }
  },
  "calls submit()": () => document.querySelector("main form").submit(),
  "calls requestSubmit()": () => {
    const form = document.querySelector("main form");
    form.requestSubmit();
    form.requestSubmit(form.querySelector("button[type=submit]"));
  },
  "makes the event of submitting": () => {
    document.querySelector("main form").dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  },
  "fills in what it finds and posts the form by fetch": async () => {
    const form = document.querySelector("main form");
    for (const field of form.querySelectorAll("input:not([type=hidden])")) field.value = field.type === "password" ? "scanner scanner scanner" : "scanner@example.com";
    await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  },
  "shows and fills in all fields and submits": () => {
    const form = document.querySelector("main form");
    for (const part of form.querySelectorAll("[hidden], [disabled]")) {
      part.hidden = false;
      part.disabled = false;
    }
    for (const field of form.querySelectorAll("input:not([type=hidden])")) field.value = field.type === "password" ? "scanner scanner scanner" : "scanner@example.com";
    form.querySelector("button[type=submit]").click();
    form.submit();
  },
};

const statusFor = async (context, address) => (await context.request.get(address, { maxRetries: 3 })).status();

async function scan(page, link, site, look) {
  for (const [what, act] of Object.entries(requests)) {
    await act(page.context(), link, site);
    await look(what);
  }
  for (const [what, act] of Object.entries(scripts)) {
    await page.goto("about:blank");
    await page.goto(link);
    await page.waitForSelector("#code", { state: "hidden" }); // the page's own script has run
    await page.evaluate(act).catch((error) => assert.match(String(error), /context was destroyed|navigation/i)); // it has submitted
    await page.waitForTimeout(300);
    await page.waitForLoadState();
    await look(what);
  }
}

const presses = {
  "by mouse": (page) => page.click("main button[type=submit]"),
  "by the Enter key on the button": async (page) => {
    await page.focus("main button[type=submit]");
    await page.keyboard.press("Enter");
  },
  "by the space bar on the button": async (page) => {
    await page.focus("main button[type=submit]");
    await page.keyboard.press("Space");
  },
};

test("what mail scanners do signs no device out, and a person does, by mouse and by keys", async (t) => {
  t.expect(/status of 4\d\d/); // of what the scanner posts
  const { settings, links } = postbox(t);
  const site = await t.ownSite(settings);
  let scanned = false;
  for (const [how, press] of Object.entries(presses)) {
    const person = await t.newcomer(site);
    const known = links().length;
    const computer = await t.context(site, { userAgent: platforms.windows });
    await t.signIn(computer, site, person);
    const phone = await t.context(site, { userAgent: platforms.iphone, storageState: await computer.storageState() });
    assert.equal((await phone.request.post(`${site.url}/auth/refresh`, { headers: { Origin: site.url }, maxRetries: 3 })).status(), 200);
    const link = await newLink(links, known);
    const page = await t.page(site);
    if (!scanned) {
      assert.equal(Object.keys(requests).length + Object.keys(scripts).length, 13);
      await scan(page, link, site, async (what) => assert.equal(await statusFor(phone, `${site.url}/auth/me`), 200, `a scanner that ${what}`));
      scanned = true;
    }
    await page.goto("about:blank");
    await page.goto(link);
    await page.waitForSelector("#code", { state: "hidden" });
    await press(page);
    await page.waitForSelector("#alert_done:visible");
    assert.equal(await statusFor(phone, `${site.url}/auth/me`), 401, how);
  }
});

test("what mail scanners do resets no password, and the link still works for a person who presses Enter in the field", async (t) => {
  t.expect(/status of 4\d\d/);
  const { settings, links } = postbox(t);
  const site = await t.ownSite(settings);
  const person = await t.newcomer(site);
  const known = links().length;
  const page = await t.page(site);
  await page.goto("/cardea/en/forgotten.html");
  await page.fill("#email", person.email);
  await page.click("main button[type=submit]");
  const link = await newLink(links, known);
  const unchanged = async (what) => {
    const answer = await page.context().request.post(`${site.url}/auth/login`, {
      headers: { Origin: site.url }, data: { email: person.email, password: person.password }, maxRetries: 3 });
    assert.equal(answer.status(), 200, `a scanner that ${what}`);
  };
  await scan(page, link, site, unchanged);
  await page.goto("about:blank");
  await page.goto(link);
  await page.waitForSelector("#code", { state: "hidden" });
  await page.fill("#password", "a new one of some words");
  await page.press("#password", "Enter");
  await page.waitForSelector("#reset_done:visible");
  await page.goto("/cardea/en/sign-in.html?return_to=/demo/members/");
  await signInBy(page, { ...person, password: "a new one of some words" });
  await page.waitForURL("**/demo/members/");
});

test("on another device the code is typed, with and without JavaScript, and a wrong one is told without losing the address", async (t) => {
  const { settings, codes } = postbox(t);
  const site = await t.ownSite(settings);
  for (const javaScriptEnabled of [true, false]) {
    const person = await t.newcomer(site);
    const known = codes().length;
    const asking = await t.page(site, { javaScriptEnabled });
    await asking.goto("/cardea/en/forgotten.html");
    await asking.fill("#email", person.email);
    await asking.click("main button[type=submit]");
    await asking.waitForSelector("#sent:visible");
    while (codes().length <= known) await new Promise((done) => setTimeout(done, 50));
    const code = codes()[known];

    const page = await t.page(site, { javaScriptEnabled }); // a browser that has neither asked nor opened the link
    await page.goto("/cardea/en/forgotten.html");
    await page.click("main .below a[href$='pages/reset']");
    await page.waitForSelector("#code:visible");
    if (javaScriptEnabled) assert.deepEqual(await t.barriers(page), []);
    const fill = async (typed) => {
      if ((await page.inputValue("#email")) === "") await page.fill("#email", person.email);
      await page.fill("#code", typed);
      await page.fill("#password", "a new one of some words");
      await page.click("main button[type=submit]");
    };
    await fill("BBBB-BBBB");
    await page.waitForSelector("#invalid_code:visible");
    if (javaScriptEnabled) assert.equal(await page.inputValue("#email"), person.email);
    await fill(code.replace("-", " ").toLowerCase());
    await page.waitForSelector("#reset_done:visible");
  }
});
