import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openSecretBox } from "../secrets/secret-box.ts";
import { openSession, packedSize, type SessionGrant, sealSession } from "./session-token.ts";

const KEY = "ASIAEXAMPLE123456789";
const grant: SessionGrant = {
  of: { kind: "role", id: "AROAEXAMPLE" },
  account: "123456789012",
  secret: "secret",
  name: "one",
  issuedAt: 1,
  expiresAt: 2,
  tags: { team: "röd" },
};

function openBox(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-session-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return openSecretBox(join(folder, "root.key"));
}

test("a token holds its session, for its key alone, and shows nothing of it", (t) => {
  const box = openBox(t);
  const token = sealSession(box, KEY, grant);
  assert.deepEqual(openSession(box, KEY, token), grant);
  assert.equal(openSession(box, `${KEY}X`, token), undefined);
  assert.equal(openSession(openBox(t), KEY, token), undefined);
  assert.doesNotMatch(Buffer.from(token, "base64").toString("latin1"), /AROA|123456789012/);
});

test("no altered token opens: any bit of it, any part left out, any two joined", (t) => {
  const box = openBox(t);
  const token = sealSession(box, KEY, grant);
  const other = sealSession(box, KEY, { ...grant, account: "210987654321" });
  const bytes = Buffer.from(token, "base64");
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const altered = Buffer.from(bytes);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(openSession(box, KEY, altered.toString("base64")), undefined);
  }
  for (let at = 0; at < bytes.length; at++) {
    assert.equal(openSession(box, KEY, bytes.subarray(0, at).toString("base64")), undefined);
    const joined = Buffer.concat([bytes.subarray(0, at), Buffer.from(other, "base64").subarray(at)]);
    // At its very beginning the other one is whole.
    if (at > 0) assert.equal(openSession(box, KEY, joined.toString("base64")), undefined);
  }
});

test("a token is as long as is asked for", (t) => {
  const box = openBox(t);
  const token = sealSession(box, KEY, grant, 4_096);
  assert.ok(token.length >= 4_096 && token.length < 4_200, String(token.length));
  assert.deepEqual(openSession(box, KEY, token), grant);
});

test("room for policies and tags is counted, and nothing else is", () => {
  assert.equal(packedSize({}), 0);
  assert.equal(packedSize({ tags: {} }), 0);
  assert.equal(packedSize({ tags: { a: "b" } }), 1);
  const random = Array.from({ length: 50 }, (_, at) => [
    `key-${at}`,
    Buffer.from(`${at * 7_919}`.repeat(30)).toString("base64"),
  ]);
  assert.ok(packedSize({ tags: Object.fromEntries(random) }) > 10);
});
