import assert from "node:assert/strict";
import { test } from "node:test";
import { atClock, dayUntil, officeHours, spread, steady } from "./day.ts";
import { Dice } from "./dice.ts";

const DAY = dayUntil(Date.UTC(2026, 10, 20, 17, 42));

test("moments are as many as asked for, rising, inside the day", () => {
  for (const count of [0, 1, 7, 5000]) {
    const moments = [...spread(DAY, count, steady, new Dice("a"))];
    assert.equal(moments.length, count);
    assert.deepEqual(
      moments,
      moments.toSorted((a, b) => a - b),
    );
    assert.ok(moments.every((time) => time >= DAY.start && time < DAY.end));
  }
});

test("office hours are busy in the afternoon and quiet at night", () => {
  const moments = [...spread(DAY, 20_000, officeHours, new Dice("a"))];
  const inHour = (hour: number) => moments.filter((time) => new Date(time).getUTCHours() === hour).length;
  assert.ok(inHour(16) > 4 * inHour(4), `${inHour(16)} and ${inHour(4)}`);
});

test("every clock time occurs once in the day", () => {
  assert.equal(atClock(DAY, 21, 30), Date.UTC(2026, 10, 19, 21, 30));
  assert.equal(atClock(DAY, 4, 30), Date.UTC(2026, 10, 20, 4, 30));
  assert.equal(atClock(DAY, 17, 42), DAY.start);
});
