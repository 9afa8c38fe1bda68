// What several tests of the pages do alike: fill in the form, read what the page says, and read the mails that the site sent.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const languages = ["en", "ko", "ja"];

export async function signInBy(page, { email, password }) {
  await page.fill("#email", email);
  await page.fill("#password", password);
  await page.click("main button[type=submit]");
}

// The keyboard is at the element: scripts and browsers put it there a moment after what the test did.
export const focusOn = (page, id) => page.waitForFunction((wanted) => document.activeElement?.id === wanted, id);

export const pathOf = (page) => { const { pathname, search, hash } = new URL(page.url()); return pathname + search + hash; };
export const shown = (page) => page.locator(".message:visible").allTextContents();

// Looks at the page as it is for devices that are set to light, and to dark: in one document, which is half the work of two.
export async function inBothThemes(page, look) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await look(colorScheme);
  }
}

// The links of the mails that the site has sent so far: its mail program only keeps them. verify: [registration] verify_email;
// with "no" a newcomer gets no mail.
export function postbox(t, verify = "no") {
  const directory = mkdtempSync(join(tmpdir(), "cardea-mail-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const [program, mails] = [join(directory, "keep"), join(directory, "mails")];
  writeFileSync(program, `#!/bin/sh\ncat >>'${mails}'\n`, { mode: 0o700 });
  const text = () => (existsSync(mails) ? textsOf(readFileSync(mails, "utf8")) : "");
  const links = () => text().match(/https?:\/\/\S+#\S+/g) ?? [];
  const codes = () => (text().match(/^ {4}[B-Z]{4}-[B-Z]{4}$/gm) ?? []).map((code) => code.trim());
  return { settings: { "mail.sendmail": program, "mail.from": "noreply@example.com", "registration.verify_email": verify }, links, codes };
}

// The plain texts of all letters, one after the other; each letter says the same as HTML.
function textsOf(mails) {
  const parts = mails.matchAll(/^Content-Type: text\/plain; charset=utf-8\nContent-Transfer-Encoding: (7bit|base64)\n\n([\s\S]*?)^--_/gm);
  return [...parts].map(([, encoding, body]) => (encoding === "7bit" ? body : Buffer.from(body, "base64").toString("utf8"))).join("\n");
}

export async function newLink(links, known) {
  while (links().length <= known) await new Promise((done) => setTimeout(done, 50));
  return links()[known];
}

// Settings with these providers, which nobody asks: the pages only have to show them.
export function configured(t, names) {
  const directory = mkdtempSync(join(tmpdir(), "cardea-providers-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const secret = join(directory, "secret");
  writeFileSync(secret, "not-used-by-anybody", { mode: 0o600 });
  return Object.fromEntries(names.flatMap((name) => [[`provider.${name}.client_id`, "example"], [`provider.${name}.client_secret_file`, secret]]));
}
