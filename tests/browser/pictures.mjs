// node pictures.mjs: the pictures that README.md and htdocs/README.md show, into tests/browser/pictures.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { House, Scene } from "./harness.mjs";
import { root } from "./site.mjs";

const sizes = { phone: { width: 390, height: 780 }, desktop: { width: 1000, height: 720 } };
const pictures = [
  ["sign-in", "en", "light", "phone"], ["sign-in", "ko", "dark", "phone"], ["sign-in", "en", "dark", "desktop"],
  ["account", "en", "light", "desktop"], ["account", "ko", "dark", "desktop"], ["account", "ko", "light", "phone"],
];
const devices = [
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
];

// The buttons of other services are shown where they are configured; nobody presses them here.
function settingsIn(directory) {
  const secret = join(directory, "secret");
  writeFileSync(secret, "not-used-by-anybody", { mode: 0o600 });
  const providers = ["google", "kakao", "naver"].flatMap((name) => [[`provider.${name}.client_id`, "example"], [`provider.${name}.client_secret_file`, secret]]);
  return { "site.name": "Maru Books", "mail.from": "noreply@example.com", ...Object.fromEntries(providers) };
}

async function take(scene, site, person, [page, language, colorScheme, size]) {
  const context = await scene.context(site, { locale: language, colorScheme, viewport: sizes[size], timezoneId: "Asia/Seoul" });
  if (page === "account") await scene.signIn(context, site, person);
  const tab = await context.newPage();
  await tab.goto(`/cardea/${language}/${page}.html`);
  await tab.waitForFunction(() => !document.querySelector(".waiting") && document.title.includes("Maru"));
  await tab.evaluate(() => document.fonts.ready);
  if (page === "account" && size === "phone") await tab.locator("#devices").scrollIntoViewIfNeeded();
  await tab.screenshot({ path: join(root, "tests/browser/pictures", `${page}-${language}-${colorScheme}-${size}.png`), animations: "disabled", caret: "hide" });
  await context.close();
}

const directory = mkdtempSync(join(tmpdir(), "cardea-pictures-"));
mkdirSync(join(root, "tests/browser/pictures"), { recursive: true });
const house = new House();
try {
  const scene = new Scene(house);
  const site = await scene.site(settingsIn(directory));
  const person = await scene.newcomer(site, { email: "minji@example.com", name: "Minji Kim" });
  for (const userAgent of devices) await scene.signIn(await scene.context(site, { userAgent }), site, person);
  for (const picture of pictures) await take(scene, site, person, picture);
} finally {
  await house.close();
  rmSync(directory, { recursive: true, force: true });
}
