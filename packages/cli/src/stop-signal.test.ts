import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { stopSignal } from "./stop-signal.ts";

function begin() {
  const exits: number[] = [];
  const source = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) });
  const clock = { time: 0 };
  return { exits, source, clock, signal: stopSignal(source, () => clock.time) };
}

test("the first signal asks for a clean end", () => {
  const { exits, source, signal } = begin();
  source.emit("SIGTERM", "SIGTERM");
  assert.equal(signal.reason, "SIGTERM");
  assert.deepEqual(exits, []);
});

test("a copy of the same key press is no second signal", () => {
  const { exits, source, clock } = begin();
  source.emit("SIGINT", "SIGINT");
  clock.time = 20;
  source.emit("SIGINT", "SIGINT");
  assert.deepEqual(exits, []);
});

test("a second signal ends the process at once", () => {
  const { exits, source, clock } = begin();
  source.emit("SIGINT", "SIGINT");
  clock.time = 1000;
  source.emit("SIGINT", "SIGINT");
  assert.deepEqual(exits, [130]);
});
