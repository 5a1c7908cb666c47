import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openSecretBox } from "./secret-box.ts";

const newFile = () => join(mkdtempSync(join(tmpdir(), "nephoscope-box-")), "root.key");

test("what was sealed opens again, also after a restart", () => {
  const file = newFile();
  const sealed = openSecretBox(file).seal("s3cret", "AKIA1");
  assert.equal(openSecretBox(file).open(sealed, "AKIA1"), "s3cret");
  assert.ok(!Buffer.from(sealed, "base64").toString("latin1").includes("s3cret"));
});

test("altered text, another context and another root key are refused", () => {
  const box = openSecretBox(newFile());
  const sealed = box.seal("s3cret", "AKIA1");
  const bytes = Buffer.from(sealed, "base64");
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  assert.throws(() => box.open(bytes.toString("base64"), "AKIA1"));
  assert.throws(() => box.open(sealed, "AKIA2"));
  assert.throws(() => openSecretBox(newFile()).open(sealed, "AKIA1"));
});

test("a text cut into its authentication tag is refused whatever is left of the tag", () => {
  const box = openSecretBox(newFile());
  const bytes = Buffer.from(box.seal("", "x"), "base64");
  assert.equal(box.open(bytes.toString("base64"), "x"), "");
  for (let left = 0; left < bytes.length; left++) {
    assert.throws(() => box.open(bytes.subarray(0, left).toString("base64"), "x"), /tag|length|vector/i);
  }
});

test("another text never opens as a sealed one, however base64 is read", () => {
  const box = openSecretBox(newFile());
  const sealed = box.seal("abc", "x");
  assert.match(sealed, /=$/);
  for (const other of [
    `${sealed}A`,
    ` ${sealed}`,
    `${sealed}\n`,
    sealed.replace(/=+$/, ""),
    sealed.replace(/.(=+)$/, "/$1"),
  ]) {
    assert.throws(() => box.open(other, "x"), /altered/);
  }
});

test("the root key is readable by its owner alone, and refused when it is not", () => {
  const file = newFile();
  openSecretBox(file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(Buffer.from(readFileSync(file, "utf8"), "base64").length, 32);
  chmodSync(file, 0o644);
  assert.throws(() => openSecretBox(file), /chmod 600/);
});
