import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

const SERVICES = import.meta.dirname;
const IMPORT = /\bfrom\s+"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"/g;

const serviceOf = (path: string) => relative(SERVICES, path).split("/")[0] ?? "";

test("no service imports another: they reach one another through the platform", () => {
  // A `-house.ts` builds, for tests, a service with the real others that it needs around it.
  const files = globSync("*/**/*.ts", { cwd: SERVICES }).filter((file) => !/(\.test|-house)\.ts$/.test(file));
  assert.ok(files.length > 300, "the services' files are found");
  const strangers = files.flatMap((file) => {
    const from = join(SERVICES, file);
    return Array.from(readFileSync(from, "utf8").matchAll(IMPORT), ([, plain, dynamic]) =>
      join(dirname(from), plain ?? dynamic ?? ""),
    )
      .filter((to) => !relative(SERVICES, to).startsWith("..") && serviceOf(to) !== serviceOf(from))
      .map((to) => `${file} imports ${relative(SERVICES, to)}`);
  });
  assert.deepEqual(strangers, []);
});
