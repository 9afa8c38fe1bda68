// The hint beside an email address with a mistyped domain, and what the meter makes of Cardea's answer about a password.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { meantAddress } from "../../htdocs/cardea/address.js";

// `typed`, `meant`; "-": real, or nobody's.
const rows = readFileSync(new URL("../vectors/mail-typos.tsv", import.meta.url), "utf8").trim().split("\n").slice(1).map((line) => line.split("\t"));

test("well-known domains are recognized in what is mistyped, and real ones are left alone", () => {
  assert.ok(rows.length > 50);
  for (const [typed, meant] of rows) assert.equal(meantAddress("kim.minsu@" + typed), meant === "-" ? null : "kim.minsu@" + meant, typed);
});

test("two mistakes, one in each part, are recognized, whatever the case", () => {
  assert.equal(meantAddress("Kim@GMIAL.CON"), "Kim@gmail.com");
  assert.equal(meantAddress("kim@nvaer.co"), "kim@naver.com");
});

test("domains of others get no hint", () => {
  for (const domain of ["ms.com", "yahoo.fr", "yahoo.ca", "yahoo.co.in", "hotmail.fr", "live.nl", "gmx.ch", "proton.ch", "web.dev", "naver.example.com",
    "qq.co", "163.co.kr", "mail.kr", "gmail", "gmail.com.", "", "han\u{1F600}mail.net.kr"]) assert.equal(meantAddress("kim@" + domain), null, domain);
});

test("what is no address gets no hint", () => {
  for (const text of ["", "@", "gmial.con", "@gmial.con"]) assert.equal(meantAddress(text), null, text);
});
