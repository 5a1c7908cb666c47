import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Chart } from "@nephoscope/charts";
import { createRasterizer, RasterBusy } from "./rasterizer.ts";

/** A picture of nothing. */
const chart = (width: number, height: number): Chart => ({
  view: "timeSeries",
  width,
  height,
  theme: "light",
  title: undefined,
  startMs: 0,
  endMs: 1,
  offsetMinutes: 0,
  stacked: false,
  legend: "hidden",
  axes: {},
  series: [],
  bands: [],
  horizontal: [],
  vertical: [],
  sparkline: false,
  trend: false,
  fullPrecision: false,
  sliceLabels: false,
  table: { summary: [], showTimes: false },
});

/** Width and height in the header of a PNG file. */
function sizeOf(png: Uint8Array): [number, number] {
  const bytes = Buffer.from(png);
  assert.deepEqual([...bytes.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

test("pictures are drawn, each for who asked for it", async () => {
  const rasterizer = createRasterizer();
  const sizes = [10, 300, 20, 200].map((width) => rasterizer.draw(chart(width, 7)).then(sizeOf));
  assert.deepEqual(await Promise.all(sizes), [
    [10, 7],
    [300, 7],
    [20, 7],
    [200, 7],
  ]);
  await rasterizer.close();
});

test("a picture that can't be drawn is no harm to the next", async () => {
  const rasterizer = createRasterizer();
  await assert.rejects(rasterizer.draw(chart(0, 0)), /could not be drawn/);
  assert.deepEqual(sizeOf(await rasterizer.draw(chart(3, 4))), [3, 4]);
  await rasterizer.close();
});

test("more pictures than may wait are refused", async () => {
  const rasterizer = createRasterizer({ most: 2 });
  const drawn = [1, 2, 3].map((width) => rasterizer.draw(chart(width, 1)));
  await assert.rejects(rasterizer.draw(chart(4, 1)), RasterBusy);
  assert.equal((await Promise.all(drawn)).length, 3);
  await rasterizer.close();
});

test("a picture that takes too long is given up, and the next one drawn", async () => {
  const rasterizer = createRasterizer({ timeoutMs: 1 });
  await assert.rejects(rasterizer.draw(chart(2_000, 2_000)), /not drawn within/);
  await rasterizer.close();
});

test("a picture that is no longer wanted leaves the queue", async () => {
  const rasterizer = createRasterizer({ most: 1 });
  const first = rasterizer.draw(chart(1, 1));
  const leaving = new AbortController();
  const second = rasterizer.draw(chart(2, 1), leaving.signal);
  leaving.abort();
  await assert.rejects(second, /no longer wanted/);
  const third = rasterizer.draw(chart(3, 1));
  assert.deepEqual((await Promise.all([first, third])).map(sizeOf), [
    [1, 1],
    [3, 1],
  ]);
  await rasterizer.close();
});

test("the process ends when nothing is drawn and comes again", async () => {
  const rasterizer = createRasterizer({ idleMs: 1 });
  assert.equal(rasterizer.pid, undefined);
  await rasterizer.draw(chart(1, 1));
  while (rasterizer.pid !== undefined) await pause(1);
  assert.deepEqual(sizeOf(await rasterizer.draw(chart(2, 2))), [2, 2]);
  await rasterizer.close();
});

test("after so many pictures a new process goes on", async () => {
  const rasterizer = createRasterizer({ mostDrawn: 2 });
  const pids = new Set<number | undefined>();
  for (let width = 1; width <= 5; width++) {
    const drawing = rasterizer.draw(chart(width, 1));
    pids.add(rasterizer.pid);
    assert.deepEqual(sizeOf(await drawing), [width, 1]);
  }
  assert.equal(pids.size, 3);
  await rasterizer.close();
});

test("a process that is killed takes one picture with it, and no more", async () => {
  const rasterizer = createRasterizer();
  const first = rasterizer.draw(chart(1, 1));
  const second = rasterizer.draw(chart(2, 1));
  assert.ok(rasterizer.pid !== undefined);
  process.kill(rasterizer.pid, "SIGKILL");
  await assert.rejects(first, /ended with SIGKILL/);
  assert.deepEqual(sizeOf(await second), [2, 1]);
  await rasterizer.close();
});

test("closing rejects what waits", async () => {
  const rasterizer = createRasterizer();
  const drawn = [1, 2].map((width) => assert.rejects(rasterizer.draw(chart(width, 1)), /closing/));
  await rasterizer.close();
  await Promise.all(drawn);
  await assert.rejects(rasterizer.draw(chart(1, 1)), /closing/);
});
