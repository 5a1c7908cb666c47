import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CommandError, UsageError } from "../command.ts";
import { findCredential } from "./credential.ts";

const NONE = { accessKeyId: undefined, secretAccessKey: undefined, env: {}, data: "/nowhere" };
const ENV = { AWS_ACCESS_KEY_ID: "ENVKEY", AWS_SECRET_ACCESS_KEY: "env" };

test("flags win over the environment, which wins over the key file", (t) => {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-credential-"));
  t.after(() => rmSync(data, { recursive: true }));
  writeFileSync(join(data, "admin-key.json"), '{"accessKeyId":"FILEKEY","secretAccessKey":"file"}');
  const flags = { accessKeyId: "FLAGKEY", secretAccessKey: "flag" };
  assert.deepEqual(findCredential({ ...flags, env: ENV, data }).credential, { accessKeyId: "FLAGKEY", secret: "flag" });
  assert.deepEqual(findCredential({ ...NONE, env: ENV, data }).credential, { accessKeyId: "ENVKEY", secret: "env" });
  assert.deepEqual(findCredential({ ...NONE, data }), {
    credential: { accessKeyId: "FILEKEY", secret: "file" },
    origin: `the one in ${join(data, "admin-key.json")}`,
  });
});

test("a session token of the environment is used", () => {
  const { credential: found } = findCredential({ ...NONE, env: { ...ENV, AWS_SESSION_TOKEN: "token" } });
  assert.deepEqual(found, { accessKeyId: "ENVKEY", secret: "env", sessionToken: "token" });
});

test("half a pair of flags is a usage error", () => {
  assert.throws(() => findCredential({ ...NONE, accessKeyId: "ID", env: ENV }), UsageError);
});

test("without any, it says what to set, and never shows a damaged file", (t) => {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-credential-"));
  t.after(() => rmSync(data, { recursive: true }));
  assert.throws(() => findCredential({ ...NONE, data }), /Set AWS_ACCESS_KEY_ID/);
  writeFileSync(join(data, "admin-key.json"), '{"secretAccessKey":"hidden"}');
  assert.throws(
    () => findCredential({ ...NONE, data }),
    (error) => error instanceof CommandError && !error.message.includes("hidden"),
  );
});
