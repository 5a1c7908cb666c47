import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openSqliteState } from "../state/sqlite-state.ts";
import { openRootKey } from "./root-key.ts";

function place(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-root-key-"));
  const state = openSqliteState(join(folder, "state.db"), Date.now);
  t.after(() => {
    state.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { file: join(folder, "root.key"), given: undefined, state };
}
const someKey = (byte: number) => Buffer.alloc(32, byte).toString("base64");

test("the first start makes a key that its owner alone can read; later starts open what it sealed", async (t) => {
  const where = place(t);
  const sealed = (await openRootKey(where)).seal("secret", "x");
  assert.equal(statSync(where.file).mode & 0o777, 0o600);
  assert.equal((await openRootKey(where)).open(sealed, "x"), "secret");
});

test("a lost key is missed, and no new one is made in its place", async (t) => {
  const where = place(t);
  await openRootKey(where);
  rmSync(where.file);
  await assert.rejects(openRootKey(where), /root\.key is missing.*NEPHOSCOPE_ROOT_KEY/);
  assert.equal(existsSync(where.file), false);
});

test("a key of another store is refused", async (t) => {
  const where = place(t);
  await openRootKey(where);
  await assert.rejects(openRootKey({ ...where, given: someKey(1) }), /is not the one that sealed/);
});

test("a key from the settings needs no file, and is checked like one", async (t) => {
  const where = { ...place(t), given: someKey(7) };
  const sealed = (await openRootKey(where)).seal("secret", "x");
  assert.equal(existsSync(where.file), false);
  assert.equal((await openRootKey(where)).open(sealed, "x"), "secret");
  await assert.rejects(openRootKey({ ...where, given: someKey(8) }), /of NEPHOSCOPE_ROOT_KEY is not the one/);
  await assert.rejects(openRootKey({ ...where, given: "c2hvcnQ=" }), /32-byte key in base64/);
});

test("a file that others can read is refused with what to do", async (t) => {
  const where = place(t);
  await openRootKey(where);
  chmodSync(where.file, 0o640);
  await assert.rejects(openRootKey(where), /chmod 600/);
});
