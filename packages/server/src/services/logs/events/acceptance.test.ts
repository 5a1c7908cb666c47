import assert from "node:assert/strict";
import { test } from "node:test";
import { acceptEvents, MAX_BATCH_BYTES } from "./acceptance.ts";
import { eventsOf } from "./events.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (...offsets: number[]) => offsets.map((offset) => ({ timestamp: NOW + offset, message: "m" }));

function taken(
  offsets: number[],
  expected: [from: number, to: number],
  rejected: object | undefined,
  retentionInDays?: number,
) {
  const result = acceptEvents(eventsOf(at(...offsets)), { nowMs: NOW, retentionInDays });
  assert.deepEqual([result.from, result.to], expected);
  assert.deepEqual(result.rejected, rejected);
}

function refused(events: { timestamp: number; message: string }[], message: RegExp) {
  assert.throws(() => acceptEvents(eventsOf(events), { nowMs: NOW }), { name: "BatchRefused", message });
}

test("events are stored up to two hours ahead", () => {
  taken([0], [0, 1], undefined);
  taken([2 * HOUR], [0, 1], undefined);
  taken([0, 2 * HOUR + 1, 3 * HOUR], [0, 1], { tooNewLogEventStartIndex: 1 });
});

test("events are stored up to fourteen days back", () => {
  taken([-14 * DAY], [0, 1], undefined);
  taken([-14 * DAY - 1, -14 * DAY], [1, 2], { tooOldLogEventEndIndex: 1 });
});

test("events older than the group's retention are expired", () => {
  taken([-7 * DAY - 1, -7 * DAY], [1, 2], { expiredLogEventEndIndex: 1 }, 7);
  taken([-15 * DAY, -8 * DAY, 0], [2, 3], { tooOldLogEventEndIndex: 1, expiredLogEventEndIndex: 2 }, 7);
  taken([-15 * DAY], [1, 1], { tooOldLogEventEndIndex: 1 }, 30);
});

test("a batch that is rejected whole is no error", () => {
  taken([-20 * DAY, -15 * DAY], [2, 2], { tooOldLogEventEndIndex: 2 });
  taken([3 * HOUR, 4 * HOUR], [0, 0], { tooNewLogEventStartIndex: 0 });
  taken([-15 * DAY, 3 * HOUR], [1, 1], { tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 1 });
});

test("a batch out of order is refused", () => {
  refused(at(0, -1), /must be in chronological order\.$/);
  taken([0, 0], [0, 2], undefined);
});

test("the span of 24 hours counts over the events that would be stored", () => {
  taken([-DAY, 0], [0, 2], undefined);
  refused(at(-DAY, 1), /cannot span more than 24 hours\.$/);
  taken([-20 * DAY, 0], [1, 2], { tooOldLogEventEndIndex: 1 });
});

test("a batch's size counts UTF-8 bytes and 26 for each event", () => {
  const message = "é".repeat((MAX_BATCH_BYTES / 2 - 26) / 2);
  const two = [
    { timestamp: NOW, message },
    { timestamp: NOW, message },
  ];
  assert.equal(acceptEvents(eventsOf(two), { nowMs: NOW }).bytes, MAX_BATCH_BYTES - 52);
  refused([...two, { timestamp: NOW, message: "x" }], /^Upload too large: 1048603 bytes exceeds limit of 1048576$/);
});

test("a single event above the limit is named as such", () => {
  refused(
    [{ timestamp: NOW, message: "x".repeat(MAX_BATCH_BYTES) }],
    /^Log event too large: 1048602 bytes exceeds limit of 1048576$/,
  );
});
