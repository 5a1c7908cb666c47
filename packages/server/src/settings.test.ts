import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readSettings, settingsTable } from "./settings.ts";

test("without any setting the documented defaults hold", () => {
  const settings = readSettings();
  assert.deepEqual(settings.listen, { host: "127.0.0.1", port: 4580 });
  assert.equal(settings.accountId, "123456789012");
  assert.equal(settings.region, "us-east-1");
  assert.match(settings.data, /\.nephoscope$/);
});

test("a flag wins over the environment, the environment over the file", () => {
  const file = join(mkdtempSync(join(tmpdir(), "nephoscope-settings-")), "settings.json");
  writeFileSync(file, JSON.stringify({ region: "eu-west-1", accountId: "111111111111", maxConnections: 7 }));
  const settings = readSettings({
    flags: { config: file, region: "ap-south-1" },
    env: { NEPHOSCOPE_REGION: "eu-central-1", NEPHOSCOPE_ACCOUNT_ID: "222222222222" },
  });
  assert.deepEqual([settings.region, settings.accountId, settings.maxConnections], ["ap-south-1", "222222222222", 7]);
});

test("every setting can be given in each of the three ways under one name", () => {
  for (const line of settingsTable) {
    assert.equal(line.env, `NEPHOSCOPE_${line.flag.toUpperCase().replaceAll("-", "_")}`);
  }
});

const refused = (env: Record<string, string>, message: RegExp) =>
  assert.throws(() => readSettings({ env }), { name: "SettingError", message });

test("a value that can't be used is refused with its origin and what it should be", () => {
  refused({ NEPHOSCOPE_LISTEN: "4580" }, /NEPHOSCOPE_LISTEN is "4580", but must be an address and a port/);
  refused({ NEPHOSCOPE_LISTEN: "127.0.0.1:99999" }, /must be an address and a port/);
  refused({ NEPHOSCOPE_ACCOUNT_ID: "12" }, /12 digits/);
  refused({ NEPHOSCOPE_REGION: "Mars" }, /region's name/);
  refused({ NEPHOSCOPE_MAX_CONNECTIONS: "many" }, /whole number from 1/);
  refused({ NEPHOSCOPE_LOG_LEVEL: "loud" }, /one of debug, info/);
  refused({ NEPHOSCOPE_ADMIN_KEY_ID: "AKIA1" }, /go together/);
  refused({ NEPHOSCOPE_SMTP_URL: "http://mail" }, /NEPHOSCOPE_SMTP_URL must be a URL such as smtp:/);
  refused({ NEPHOSCOPE_MAIL_FROM: "a@x\nBcc: b@x" }, /an address, or a name/);
  refused({ NEPHOSCOPE_PUBLIC_URL: "watch.example.org" }, /a URL such as https/);
  refused({ NEPHOSCOPE_ALLOW_PRIVATE_TARGETS: "10.0.0.0/8, lan" }, /"lan" is none/);
  refused({ NEPHOSCOPE_CONFIG: "/nowhere/settings.json" }, /can't be read/);
});

test("a secret is never repeated in a message", () => {
  assert.throws(
    () => readSettings({ env: { NEPHOSCOPE_CLICKHOUSE_URL: "user:hunter2@host" } }),
    (error: Error) => !error.message.includes("hunter2"),
  );
});

test("lists may be separated by commas or spaces, and a public URL loses its last slash", () => {
  const { allowPrivateTargets, publicUrl } = readSettings({
    env: {
      NEPHOSCOPE_ALLOW_PRIVATE_TARGETS: "10.0.0.0/8,::1/128 127.0.0.1",
      NEPHOSCOPE_PUBLIC_URL: "https://x.example/cw/",
    },
  });
  assert.deepEqual(allowPrivateTargets, ["10.0.0.0/8", "::1/128", "127.0.0.1"]);
  assert.equal(publicUrl, "https://x.example/cw");
});

test("an IPv6 address is written in brackets", () => {
  assert.deepEqual(readSettings({ env: { NEPHOSCOPE_LISTEN: "[::1]:80" } }).listen, { host: "::1", port: 80 });
});
