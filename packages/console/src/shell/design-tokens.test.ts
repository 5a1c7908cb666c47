import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as tokens from "@cloudscape-design/design-tokens";

test("the tokens are the variables that the components of this version set, so that they follow the dark mode", () => {
  const components = createRequire(import.meta.url).resolve("@cloudscape-design/components/package.json");
  const own = readFileSync(new URL("./internal/generated/styles/tokens.js", `file://${components}`), "utf8");
  const names = Object.values(tokens).flatMap((value) => /^var\((--[\w-]+)/.exec(value)?.[1] ?? []);
  assert.ok(names.length > 300, String(names.length));
  assert.deepEqual(
    names.filter((name) => !own.includes(name)),
    [],
    "Choose versions of both packages that were published together.",
  );
});
