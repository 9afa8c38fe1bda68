// The proof of work as a browser does it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { solve } from "../../htdocs/cardea/work.js";

const zeroBits = (hex) => hex.length * 4 - BigInt("0x" + hex).toString(2).length;

test("the answer is the challenge, a dot and digits, and its hash begins with so many zero bits", async () => {
  const challenge = "A".repeat(59);
  for (const bits of [0, 1, 7, 8, 9, 12]) {
    const answer = await solve(challenge, bits);
    assert.match(answer, /^A{59}\.\d{1,16}$/);
    assert.ok(zeroBits(createHash("sha256").update(answer).digest("hex")) >= bits, `${bits} bits`);
  }
});

test("the answer is the first one: no number before it has enough zero bits", async () => {
  const answer = await solve("B".repeat(59), 10);
  for (let number = 0; number < Number(answer.split(".")[1]); number += 1) {
    assert.ok(zeroBits(createHash("sha256").update(`${"B".repeat(59)}.${number}`).digest("hex")) < 10);
  }
});
