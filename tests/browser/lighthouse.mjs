// node lighthouse.mjs [WORD ...]: accessibility and best practices of every page (those with such a word in their name), as
// Lighthouse measures them on a telephone. A table, then each miss; exit status 1 if there is one.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { House, Scene, chromium, program, switches } from "./harness.mjs";
import { freePort, root } from "./site.mjs";

const { default: lighthouse } = await import(pathToFileURL(join(root, "build/lighthouse/node_modules/lighthouse/core/index.js")));

const ofSite = (name, language = "en") => ({ name: `${name} (${language})`, path: `/cardea/${language}/${name}` });
const pages = [
  ...["sign-in.html", "sign-up.html", "forgotten.html", "reset.html", "alert.html", "problems.html", "signed-out.html",
    "reauthenticate.html", "close.html", "reopen.html", "verify.html", "email.html", "confirm.html", "undo.html"].map((name) => ofSite(name)),
  ofSite("sign-in.html", "ko"), ofSite("sign-in.html", "ja"),
  ofSite("sign-in.html?problem=too_many_attempts&retry_after=840#wait_15"), ofSite("sign-in.html?problem=cookies_refused#cookies_refused"),
  { name: "demonstration", path: "/demo/" },
  { ...ofSite("account.html"), signedIn: true }, { name: "activity", path: "/auth/activity", signedIn: true },
  ...["members/", "admin/", "how.php"].map((name) => ({ name: `demonstration ${name}`, path: `/demo/${name}`, signedIn: true })),
];

// { accessibility, "best-practices", misses }: scores of 100, and what was found in a sentence each.
async function measure(address, port) {
  const { lhr } = await lighthouse(address, { port, logLevel: "error", disableStorageReset: true, // which would sign out
    onlyCategories: ["accessibility", "best-practices"] });
  if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
  if (lhr.finalDisplayedUrl.split(/[?#]/)[0] !== address.split(/[?#]/)[0]) throw new Error(`${address} led to ${lhr.finalDisplayedUrl}`);
  const score = (name) => Math.round(lhr.categories[name].score * 100);
  const counted = Object.values(lhr.categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0));
  const missed = counted.map(({ id }) => lhr.audits[id]).filter(({ score: got }) => got !== null && got < 1);
  const where = ({ details }) => (details?.items ?? []).map((item) => item.node?.snippet ?? item.description ?? item.url ?? "").join(" ").slice(0, 300);
  return { accessibility: score("accessibility"), "best-practices": score("best-practices"), misses: missed.map((one) => `${one.id}: ${one.title} ${where(one)}`) };
}

async function measureAll(wanted, site, scene, profile) {
  const port = await freePort();
  const context = await chromium.launchPersistentContext(profile, { executablePath: program, args: [...switches, `--remote-debugging-port=${port}`] });
  const found = [];
  try {
    for (const page of wanted) {
      if (page.signedIn && !found.some((one) => one.signedIn)) await scene.signIn(context, site, site.admin);
      const result = await measure(site.url + page.path, port);
      found.push({ ...page, ...result });
      console.log(`${String(result.accessibility).padStart(5)} ${String(result["best-practices"]).padStart(5)}  ${page.name}`);
    }
  } finally {
    await context.close();
  }
  return found;
}

const words = process.argv.slice(2);
const wanted = pages.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const profile = mkdtempSync(join(tmpdir(), "cardea-lighthouse-"));
const house = new House();
try {
  console.log("accessibility, best practices");
  const found = await measureAll(wanted, await house.site(), new Scene(house), profile);
  const misses = found.flatMap((page) => page.misses.map((miss) => `${page.name}: ${miss}`));
  misses.forEach((miss) => console.log(miss));
  const full = found.filter((page) => page.accessibility === 100 && page["best-practices"] === 100).length;
  console.log("a page has passed with 100 and 100");
  console.log(`${full} passed, ${found.length - full} failed, 0 skipped`);
  process.exitCode = full === found.length && full > 0 ? 0 : 1;
} finally {
  await house.close();
  rmSync(profile, { recursive: true, force: true });
}
