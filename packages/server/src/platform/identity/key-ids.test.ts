import assert from "node:assert/strict";
import { test } from "node:test";
import { accountOfKeyId, base32, fromBase32, newKeyPair, newUniqueId } from "./key-ids.ts";

test("ids and keys have AWS's form", () => {
  assert.match(newUniqueId("AIDA"), /^AIDA[A-Z2-7]{17}$/);
  const pair = newKeyPair("ASIA", "123456789012");
  assert.match(pair.accessKeyId, /^ASIA[A-Z2-7]{16}$/);
  assert.match(pair.secretAccessKey, /^[A-Za-z0-9+/]{40}$/);
});

test("a key id names its account, as AWS's do", () => {
  // Published with its account in "A short note on AWS KEY ID" (Tal Be'ery, 2023).
  assert.equal(accountOfKeyId("ASIAQNZGKIQY56JQ7WML"), "029608264753");
  for (const account of ["000000000000", "000000000001", "123456789012", "999999999999"]) {
    for (let times = 0; times < 20; times++) {
      assert.equal(accountOfKeyId(newKeyPair("AKIA", account).accessKeyId), account);
    }
  }
  assert.equal(accountOfKeyId("AKIACOMPATSCENARIOS0"), undefined);
  assert.equal(accountOfKeyId("AIDAQNZGKIQY56JQ7WML"), undefined);
});

test("Base32 as in RFC 4648, section 10", () => {
  for (const [plain, coded] of [
    ["", ""],
    ["f", "MY"],
    ["fo", "MZXQ"],
    ["foo", "MZXW6"],
    ["foobar", "MZXW6YTBOI"],
  ] as const) {
    assert.equal(base32(Buffer.from(plain)), coded);
    assert.deepEqual(fromBase32(coded), Buffer.from(plain));
  }
  assert.equal(fromBase32("a1"), undefined);
});
