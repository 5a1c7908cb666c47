import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { builtConsole } from "../build/build.ts";

test("a build is made once for the same sources, with compressed forms, and nothing inside its page", async () => {
  const folder = await builtConsole(() => {});
  const said: string[] = [];
  assert.equal(await builtConsole((text) => said.push(text)), folder);
  assert.deepEqual(said, []);

  const page = readFileSync(join(folder, "index.html"), "utf8");
  assert.doesNotMatch(page, /<script(?![^>]* src=)/);
  assert.doesNotMatch(page, /<style|style=|onload=/);
  const assets = readdirSync(join(folder, "assets"));
  for (const name of assets.filter((each) => /\.(js|css)$/.test(each))) {
    assert.match(name, /-[\w-]{8}\.(js|css)$/);
    assert.ok(
      existsSync(join(folder, "assets", `${name}.br`)) && existsSync(join(folder, "assets", `${name}.gz`)),
      name,
    );
    assert.doesNotMatch(readFileSync(join(folder, "assets", name), "utf8"), /url\(data:font/);
  }
  assert.ok(assets.some((name) => name.endsWith(".woff2")));
});
