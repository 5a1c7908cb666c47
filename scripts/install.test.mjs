import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { missingPackages } from "./install.mjs";

const LOCK = {
  "": {},
  "node_modules/a": { version: "1.0.0" },
  "node_modules/a/node_modules/b": { version: "2.0.0" },
  "node_modules/tool": { version: "1.0.0", dev: true },
  "node_modules/other-platform": { version: "1.0.0", optional: true },
  "node_modules/@nephoscope/wire": { link: true },
  "packages/wire": { version: "0.1.0" },
};

function f(t, installed, options, expected) {
  const root = mkdtempSync(join(tmpdir(), "nephoscope-install-"));
  t.after(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages: LOCK }));
  if (installed !== undefined) {
    mkdirSync(join(root, "node_modules"));
    writeFileSync(join(root, "node_modules", ".package-lock.json"), JSON.stringify({ packages: installed }));
  }
  assert.deepEqual(missingPackages(root, options), expected);
}

const A = { "node_modules/a": { version: "1.0.0" }, "node_modules/a/node_modules/b": { version: "2.0.0" } };
const LINK = { "node_modules/@nephoscope/wire": { link: true } };

test("on a fresh copy everything but the optional is missing", (t) => {
  f(t, undefined, { dev: true }, [
    "node_modules/a",
    "node_modules/a/node_modules/b",
    "node_modules/tool",
    "node_modules/@nephoscope/wire",
  ]);
});

test("an install for production lacks the development packages only", (t) => {
  f(t, { ...A, ...LINK }, { dev: false }, []);
  f(t, { ...A, ...LINK }, { dev: true }, ["node_modules/tool"]);
});

test("a full install serves production too", (t) => {
  f(t, { ...A, ...LINK, "node_modules/tool": { version: "1.0.0", dev: true } }, { dev: false }, []);
});

test("another version counts as missing", (t) => {
  f(t, { ...A, ...LINK, "node_modules/a": { version: "1.0.1" } }, { dev: false }, ["node_modules/a"]);
});

test("a folder without a lock file is refused with the reason", () => {
  const root = mkdtempSync(join(tmpdir(), "nephoscope-install-"));
  assert.throws(() => missingPackages(root, { dev: true }), /no package-lock.json/);
  rmSync(root, { recursive: true });
});
