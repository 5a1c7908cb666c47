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

/** Bytes of compressed script until home stands; further pages load their own when they are opened. */
const FIRST_LOAD = 350_000;

test("the first load is little script; how much each page needs is told", async (t) => {
  const folder = join(await builtConsole(() => {}), "assets");
  const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
  const entry = scripts.find((name) => name.startsWith("index-")) ?? "";
  /** A script with all that it can not begin without. */
  const withImports = (name: string, seen = new Set<string>()): ReadonlySet<string> => {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const [, imported = ""] of readFileSync(join(folder, name), "utf8").matchAll(
      /(?:from|import)\s*["']\.\/([^"']+\.js)["']/g,
    ))
      withImports(imported, seen);
    return seen;
  };
  const bytes = (names: Iterable<string>) =>
    [...names].reduce((sum, name) => sum + readFileSync(join(folder, `${name}.br`)).length, 0);
  const shared = withImports(entry);
  const pages = scripts.filter((name) => /-page-[\w-]{8}\.js$/.test(name));
  assert.ok(pages.length > 10, String(pages));
  const loads = pages
    .map((name) => ({ name, size: bytes(new Set([...shared, ...withImports(name)])) }))
    .sort((a, b) => b.size - a.size);
  for (const { name, size } of loads) t.diagnostic(`${Math.round(size / 1_000)} KB ${name}`);
  assert.deepEqual(
    loads.filter(({ name, size }) => size > FIRST_LOAD && name.startsWith("home-page-")),
    [],
  );
});
