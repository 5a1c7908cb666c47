import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { GzipPieces } from "./gzip-pieces.ts";

async function fileOf(...texts: string[]): Promise<Buffer> {
  const file = new GzipPieces();
  await Promise.all(texts.map((text) => file.add(Buffer.from(text))));
  return file.end();
}

const f = (name: string, ...texts: string[]) =>
  test(`${name} makes one gzip file`, async () => {
    const file = await fileOf(...texts);
    assert.equal(gunzipSync(file).toString(), texts.join(""));
    const { status, stdout } = spawnSync("gzip", ["-dc"], { input: file, maxBuffer: 2 ** 26 });
    assert.deepEqual([status, stdout.toString()], [0, texts.join("")]);
    // A browser's reader takes one member and refuses what follows.
    const browser = new Blob([new Uint8Array(file)]).stream().pipeThrough(new DecompressionStream("gzip"));
    assert.equal(await new Response(browser).text(), texts.join(""));
  });
f("nothing");
f("one piece", "a line\n");
f("an empty piece", "", "a line\n", "");
f("many pieces", ...Array.from({ length: 100 }, (_, i) => `line ${i} `.repeat(500)));
