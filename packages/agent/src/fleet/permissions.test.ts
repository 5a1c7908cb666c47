import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DEFAULT_PERMISSIONS, maySend, readPermissions } from "./permissions.ts";

test("the owner's file says what is allowed, and nothing else", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "nephoscope-permissions-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "fleet.json");
  assert.equal((await readPermissions(file)).shellScripts, false, "without a file");
  const read = async (text: string) => {
    await writeFile(file, text);
    return readPermissions(file);
  };
  assert.equal((await read('{"shellScripts": true, "shellUser": "nobody"}')).shellUser, "nobody");
  await assert.rejects(read('{"shellScript": true}'), /there is no "shellScript". Known: shellScripts/);
  await assert.rejects(read('{"shellScripts": "yes"}'), /must be true or false/);
  await assert.rejects(read('{"shellUser": "-x"}'), /must be a user's name/);
  await assert.rejects(read('{"databaseRestarts": {"shop": "rm"}}'), /databaseRestarts.shop/);
  await assert.rejects(read("[]"), /one JSON object/);
});

test("log files of databases come from the owner's folders", () => {
  const f = (path: string, expected: boolean) => assert.equal(maySend(DEFAULT_PERMISSIONS, path), expected, path);
  f("/var/log/mysql/error.log", true);
  f("/var/log/postgresql/postgresql-*.log", true);
  f("/var/lib/mysql/host.err", true);
  f("/var/lib/mysql/mysql/global_priv.MAD", false);
  f("/var/lib/mysql/*", false);
  f("/etc/shadow", false);
  f("/var/log/mysql/../../../etc/shadow", false);
  f("/var/log/mysqlx/error.log", false);
  f("var/log/mysql/error.log", false);
});
