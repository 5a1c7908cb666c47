import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { parseFailure } from "../errors.ts";
import { defaultLimits } from "../limits.ts";
import { Chdb } from "./chdb.ts";
import { engineConfig, engineUsers, profile } from "./config.ts";

/** What the engine itself refuses, with nobody at the door. */
describe("the grants of the engine's only user", () => {
  const base = mkdtempSync(join(tmpdir(), "engine-"));
  const file = (name: string) => join(base, name);
  mkdirSync(file("user_files"));
  const limits = defaultLimits();
  writeFileSync(
    file("config.xml"),
    engineConfig({
      limits,
      usersFile: file("users.xml"),
      userFiles: file("user_files"),
      sealed: file("sealed"),
    }),
  );
  writeFileSync(file("users.xml"), engineUsers(limits));
  const chdb = new Chdb({
    directory: file("data"),
    configFile: file("config.xml"),
    pipes: base,
    width: 2,
    profile: profile(limits),
  });
  after(() => rmSync(base, { recursive: true }));

  const run = async (sql: string) => {
    const context = { id: "t", database: undefined, settings: {}, params: {} };
    return Buffer.from(await chdb.run(sql, context)).toString();
  };

  for (const [sql, grant] of [
    ["SELECT * FROM file('/etc/passwd', 'LineAsString')", "READ ON FILE"],
    ["SELECT * FROM '/etc/passwd'", "READ ON FILE"],
    ["INSERT INTO FUNCTION file('x.tsv', 'TSV', 'a UInt8') SELECT 1", "WRITE ON FILE"],
    ["SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')", "READ ON URL"],
    ["SELECT * FROM remote('127.0.0.1', 'system.one')", "READ ON REMOTE"],
    ["SELECT * FROM s3('http://127.0.0.1:1/bucket/key', 'TSV', 'a UInt8')", "READ ON S3"],
    ["SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')", "READ ON MYSQL"],
    ["SELECT * FROM sqlite('/etc/x.db', 't')", "READ ON SQLITE"],
    ["CREATE TABLE default.f (a String) ENGINE = File(TSV, '/etc/passwd')", "TABLE ENGINE ON File"],
    ["CREATE TABLE default.u (a String) ENGINE = URL('http://127.0.0.1:1/', TSV)", "TABLE ENGINE ON URL"],
    ["CREATE DATABASE f ENGINE = Filesystem('/etc')", "TABLE ENGINE ON Filesystem"],
    [
      "CREATE DICTIONARY default.d (a UInt64) PRIMARY KEY a SOURCE(FILE(PATH '/x' FORMAT 'TSV')) LAYOUT(FLAT()) LIFETIME(0)",
      "CREATE DICTIONARY",
    ],
    ["CREATE FUNCTION f AS (x) -> x", "CREATE FUNCTION"],
    ["CREATE USER u", "CREATE USER"],
    ["BACKUP DATABASE default TO File('/tmp/x')", "BACKUP"],
    ["SYSTEM SHUTDOWN", "SYSTEM SHUTDOWN"],
    ["GRANT ALL ON *.* TO default", "GRANT OPTION"],
  ] as const)
    it(`${grant} is missing for ${sql}`, async () => {
      await assert.rejects(run(sql), (error) => {
        assert.ok(error instanceof Error);
        assert.equal(parseFailure(error.message)?.code, 497, error.message);
        assert.match(error.message, new RegExp(grant));
        return true;
      });
    });

  // These two are why statements are checked at the door as well. Should a release refuse them here, the door may be simplified.
  it("cannot keep the function file() from reading any path", async () =>
    assert.match(await run("SELECT file('/etc/passwd')"), /root/));
  it("cannot keep INTO OUTFILE from writing any path", async () => {
    await run(`SELECT 1 INTO OUTFILE '${file("written")}'`);
    assert.ok(existsSync(file("written")));
  });
});
