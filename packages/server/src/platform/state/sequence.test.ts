import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { virtualClock } from "../clock/virtual-clock.ts";
import { openSequence, sequenceTime } from "./sequence.ts";
import { openSqliteState } from "./sqlite-state.ts";

const open = (file: string, startMs: number) => {
  const clock = virtualClock(startMs);
  const state = openSqliteState(file, clock.now);
  return { clock, state, sequence: openSequence(state, clock) };
};
const newFile = () => join(mkdtempSync(join(tmpdir(), "nephoscope-seq-")), "state.db");

test("numbers carry the time they were given and follow each other", () => {
  const { sequence } = open(newFile(), 1_700_000_000_000);
  const first = sequence.next(3);
  assert.equal(sequenceTime(first), 1_700_000_000_000);
  assert.equal(sequence.next(1), first + 3n);
});

test("a clock set back does not repeat or lower a number", () => {
  const file = newFile();
  const before = open(file, 1_700_000_000_000);
  const last = before.sequence.next(10) + 9n;
  before.state.close();
  const after = open(file, 1_600_000_000_000);
  assert.ok(after.sequence.next(1) > last);
});

test("after a crash numbers go on above all that were given", () => {
  const file = newFile();
  const crashed = open(file, 1_700_000_000_000);
  let last = 0n;
  for (let i = 0; i < 50; i++) last = crashed.sequence.next(1_000_000);
  // The crashed server's file is opened again without having been closed.
  assert.ok(open(file, 1_700_000_000_001).sequence.next(1) > last);
});
