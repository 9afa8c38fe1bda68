// node run.mjs [--list] [--jobs N] [WORD ...]: the tests of *_test.mjs whose file or sentence has one of the words. One line
// for each. Last line: `N passed, N failed, N skipped`. Exit status 0 if none failed and at least one passed.

import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import { House, Scene, missingTools, tests } from "./harness.mjs";

const limit = 300_000; // of one test, on a slow machine
const usualJobs = Math.min(4, cpus().length + 1); // one more than can run: tests wait for servers, too

async function collect() {
  const here = new URL(".", import.meta.url);
  const found = [];
  for (const file of readdirSync(here).filter((name) => name.endsWith("_test.mjs")).sort()) {
    const before = tests.length;
    await import(new URL(file, here));
    for (const one of tests.slice(before)) found.push({ ...one, name: `${file.replace("_test.mjs", "")}: ${one.sentence}` });
  }
  return found;
}

function readArguments(words) {
  const options = { list: false, jobs: usualJobs, words: [] };
  while (words.length > 0) {
    const word = words.shift();
    if (word === "--list") options.list = true;
    else if (word === "--jobs") options.jobs = Number(words.shift());
    else options.words.push(word);
  }
  return options;
}

async function runOne(one, house) {
  const began = Date.now();
  try {
    await new Scene(house).play(one.body, limit);
    console.log(`${one.name} ... ok (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    console.log(`${one.name} ... FAILED (${((Date.now() - began) / 1000).toFixed(1)} s)\n${error.stack ?? error}\n${await house.logs()}`);
    return false;
  }
}

const options = readArguments(process.argv.slice(2));
const wanted = (await collect()).filter((one) => options.words.length === 0 || options.words.some((word) => one.name.includes(word)));
if (options.list) {
  wanted.forEach((one) => console.log(one.name));
  process.exit(0);
}
if (missingTools().length > 0) {
  console.error(`missing: ${missingTools().join(", ")}`);
  process.exit(2);
}

const house = new House();
const results = [], began = Date.now();
function tellSum(interrupted) {
  const passed = results.filter(Boolean).length, left = wanted.length - results.length;
  const failed = results.length - passed + (interrupted ? 1 : 0);
  if (left > 0) console.log(`${left} tests ... skipped: the run was interrupted`);
  console.log(`${passed} passed, ${failed} failed, ${left} skipped`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    queue.length = 0;
    house.close().finally(() => process.exit(tellSum(true)));
  });
}
const queue = [...wanted];
async function work() {
  while (queue.length > 0) results.push(await runOne(queue.shift(), house));
}
await Promise.all(Array.from({ length: options.jobs }, work));
await house.close();
if (wanted.length === 0) console.log("no test has such a name");
console.log(`all of them took ${((Date.now() - began) / 1000).toFixed(0)} s, ${options.jobs} at once`);
process.exit(tellSum(false));
