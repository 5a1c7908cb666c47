import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { Progress } from "./progress.ts";

test("without a terminal there is a plain line for each tenth reached", () => {
  const { terminal, written } = fakeSurroundings();
  const progress = new Progress(terminal, 1000, () => 0);
  for (const events of [50, 60, 10, 300, 580]) progress.add(events, events * 100);
  progress.end();
  assert.deepEqual(
    written.err.split("\n").map((line) => line.split("  ").slice(0, 2).join(" ")),
    ["11% 110 of 1,000 events", "42% 420 of 1,000 events", "100% 1,000 of 1,000 events", ""],
  );
});

test("on a terminal a bar is redrawn in place and fits the width", () => {
  const { terminal, written } = fakeSurroundings({ errColumns: 40 });
  const clock = { time: 0 };
  const progress = new Progress(terminal, 100, () => clock.time);
  clock.time = 1000;
  progress.add(50, 1e6);
  clock.time = 1010;
  progress.add(10, 1e6);
  clock.time = 2000;
  progress.add(40, 1e6);
  progress.end();
  const draws = written.err.split("\r").slice(1);
  assert.equal(draws.length, 2, "a redraw too soon is left out");
  assert.match(draws[0] ?? "", /^\[#{15}\.{15}\] 50% /);
  for (const draw of draws) assert.ok(draw.replace("\u001b[K", "").trimEnd().length < 40, draw);
});
