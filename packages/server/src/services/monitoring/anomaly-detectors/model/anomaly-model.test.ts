import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnomalyModel, band } from "./anomaly-model.ts";
import { type TrainingOptions, trainModel } from "./train.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday. */
const START = Date.UTC(2026, 0, 5);

/** Noise between -1 and 1 that is the same in every run. */
function ripple(step: number): number {
  let mixed = Math.imul(step + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 31 - 1;
}

/** Trains on a function of the time, with ripples of 1. `undefined` is a gap. */
function learn(
  days: number,
  valueAt: (timestamp: number) => number | undefined,
  options: TrainingOptions = {},
  period = 300,
  start = START,
): AnomalyModel {
  const timestamps: number[] = [];
  const values: number[] = [];
  for (let step = 0; step * period * 1_000 < days * DAY; step++) {
    const timestamp = start + step * period * 1_000;
    const value = valueAt(timestamp);
    if (value === undefined) continue;
    timestamps.push(timestamp);
    values.push(value + ripple(step));
  }
  const model = trainModel({ timestamps, values, period, until: start + days * DAY }, options);
  assert.ok(model !== undefined);
  return model;
}

/** The middle of the band and half its width at one time, two deviations to a side. */
function at(model: AnomalyModel, timestamp: number) {
  const { lower, upper } = band(model, [timestamp], 2);
  return { middle: ((lower[0] ?? 0) + (upper[0] ?? 0)) / 2, half: ((upper[0] ?? 0) - (lower[0] ?? 0)) / 2 };
}

function near(actual: number, expected: number, by: number, what = ""): void {
  assert.ok(Math.abs(actual - expected) <= by, `${what} ${actual} is not within ${by} of ${expected}`);
}

const hourOf = (timestamp: number) => (timestamp % DAY) / HOUR;
const isWeekend = (timestamp: number) => Math.floor((timestamp - START) / DAY) % 7 > 4;
const office = (timestamp: number) => (hourOf(timestamp) >= 9 && hourOf(timestamp) < 17 ? 100 : 20);

test("too little data gives no model", () => {
  const short = (count: number, period: number) =>
    trainModel({
      timestamps: Array.from({ length: count }, (_each, index) => index * period * 1_000),
      values: Array.from({ length: count }, () => 1),
      period,
      until: count * period * 1_000,
    });
  assert.equal(short(0, 300), undefined);
  assert.equal(short(30, 300), undefined);
  assert.equal(short(5, 3_600), undefined);
  assert.notEqual(short(36, 300), undefined);
  assert.notEqual(short(12, 3_600), undefined);
});

test("a flat metric has a narrow band around it, linear in the deviations", () => {
  const model = learn(3, () => 50);
  const { middle, half } = at(model, START + 3 * DAY);
  near(middle, 50, 0.5);
  assert.ok(half > 0.8 && half < 3, `${half}`);
  const wide = band(model, [START + 3 * DAY], 4);
  near(((wide.upper[0] ?? 0) - (wide.lower[0] ?? 0)) / 2, half * 2, 1e-9);
});

test("a constant metric has a band of some width", () => {
  const timestamps = Array.from({ length: 600 }, (_each, index) => START + index * 300_000);
  const model = trainModel({ timestamps, values: timestamps.map(() => 200), period: 300, until: START + 3 * DAY });
  assert.ok(model !== undefined);
  near(at(model, START + 3 * DAY).middle, 200, 0.01);
  near(at(model, START + 3 * DAY).half, 4, 2.5);
});

test("the shape of the day is learned from two days", () => {
  const model = learn(4, office);
  near(at(model, START + 4 * DAY + 12 * HOUR).middle, 100, 2, "noon");
  near(at(model, START + 4 * DAY + 3 * HOUR).middle, 20, 2, "night");
  assert.ok(at(model, START + 4 * DAY + 12 * HOUR).half < 6);
});

test("the shape of the week is learned from two weeks", () => {
  const model = learn(28, (timestamp) => (isWeekend(timestamp) ? 20 : office(timestamp)));
  near(at(model, START + 28 * DAY + 12 * HOUR).middle, 100, 6, "Monday noon");
  near(at(model, START + 33 * DAY + 12 * HOUR).middle, 20, 8, "Saturday noon");
  near(at(model, START + 33 * DAY + 3 * HOUR).middle, 20, 8, "Saturday night");
});

test("spikes and gaps in what is learned hardly change the band", () => {
  const clean = learn(14, office);
  const messy = learn(14, (timestamp) => {
    const step = (timestamp - START) / 300_000;
    if (timestamp > START + 5 * DAY && timestamp < START + 5.5 * DAY) return undefined;
    if (step % 97 === 0) return 5_000;
    return office(timestamp);
  });
  for (let hour = 0; hour < 24; hour++) {
    const when = START + 14 * DAY + hour * HOUR + HOUR / 2;
    near(at(messy, when).middle, at(clean, when).middle, 3, `hour ${hour}`);
    near(at(messy, when).half, at(clean, when).half, 2, `width at hour ${hour}`);
  }
});

test("nothing is learned from excluded ranges", () => {
  const broken = { startMs: START + 2 * DAY, endMs: START + 6 * DAY };
  const model = learn(
    7,
    (timestamp) => (timestamp >= broken.startMs && timestamp < broken.endMs ? 900 : office(timestamp)),
    { excluded: [broken] },
  );
  near(at(model, START + 7 * DAY + 12 * HOUR).middle, 100, 3);
  assert.ok(at(model, START + 7 * DAY + 12 * HOUR).half < 8);
});

test("a new level is normal after a day, and keeps the shape of the day", () => {
  const model = learn(14, (timestamp) => office(timestamp) + (timestamp >= START + 12.5 * DAY ? 300 : 0));
  near(at(model, START + 14 * DAY + 12 * HOUR).middle, 400, 8, "noon");
  near(at(model, START + 14 * DAY + 3 * HOUR).middle, 320, 8, "night");
});

test("a trend goes on", () => {
  const model = learn(14, (timestamp) => 100 + (20 * (timestamp - START)) / DAY);
  near(at(model, START + 14 * DAY).middle, 380, 6);
  near(at(model, START + 14.5 * DAY).middle, 390, 6);
});

test("the band stays within what the metric can be", () => {
  const low = learn(3, () => 1.2);
  assert.equal(band(low, [START + 3 * DAY], 50).lower[0], 0);
  const high = learn(3, () => 98, { percent: true });
  assert.equal(band(high, [START + 3 * DAY], 50).upper[0], 100);
  const below = learn(3, () => -50);
  assert.ok((band(below, [START + 3 * DAY], 50).lower[0] ?? 0) < -51);
});

test("noise to one side widens the band to that side", () => {
  const model = learn(7, (timestamp) => 100 + ((timestamp / 300_000) % 7 === 0 ? 40 : 0));
  const { lower, upper } = band(model, [START + 7 * DAY], 2);
  assert.ok((upper[0] ?? 0) - 100 > 2 * (100 - (lower[0] ?? 0)), `${lower[0]} to ${upper[0]}`);
});

test("days are those of the metric's time zone, also when its clocks change", () => {
  // Clocks in Vienna went forward on 29 March 2026.
  const start = Date.UTC(2026, 2, 16);
  const change = Date.UTC(2026, 2, 29, 1);
  const model = learn(
    20,
    (timestamp) => office(timestamp + (timestamp >= change ? 2 : 1) * HOUR),
    { zone: "Europe/Vienna" },
    300,
    start,
  );
  near(at(model, start + 20 * DAY + 7.5 * HOUR).middle, 100, 5, "half past nine");
  near(at(model, start + 20 * DAY + 6.5 * HOUR).middle, 20, 5, "half past eight");
});

test("datapoints that begin within a part of the day have some of both parts", () => {
  const wave = (timestamp: number) => 100 + 40 * Math.sin(((timestamp % DAY) / DAY) * 2 * Math.PI);
  const hourly = learn(14, (timestamp) => wave(timestamp + HOUR / 2), {}, 3_600);
  for (let minute = 0; minute < 24 * 60; minute += 10) {
    const when = START + 13 * DAY + minute * 60_000;
    near(at(hourly, when).middle, wave(when + HOUR / 2), 3, `minute ${minute}`);
  }
});

test("longer periods than an hour, up to a day, have their week", () => {
  for (const period of [7_200, 21_600, 86_400]) {
    const model = learn(28, (timestamp) => (isWeekend(timestamp) ? 20 : 100), {}, period);
    near(at(model, START + 29 * DAY).middle, 100, 3, `Tuesday of ${period}`);
    near(at(model, START + 26 * DAY).middle, 20, 8, `Saturday of ${period}`);
  }
});

test("spikes that come every day, but not to the minute, can be declared normal", () => {
  const backup = (timestamp: number) => {
    const day = Math.floor((timestamp - START) / DAY);
    const begins = 2 * HOUR + (day % 4) * 600_000;
    const within = (timestamp - START) % DAY;
    return within >= begins && within < begins + 600_000 ? 500 : 20;
  };
  const when = START + 14 * DAY + 2 * HOUR + 300_000;
  assert.ok((band(learn(14, backup, { periodicSpikes: true }), [when], 2).upper[0] ?? 0) > 490);
  const noon = START + 14 * DAY + 12 * HOUR;
  assert.ok((band(learn(14, backup, { periodicSpikes: true }), [noon], 2).upper[0] ?? 0) < 30);
});

test("a model is plain data", () => {
  const model = learn(14, office);
  const times = Array.from({ length: 48 }, (_each, index) => START + 13.5 * DAY + index * HOUR);
  assert.deepEqual(band(JSON.parse(JSON.stringify(model)), times, 2), band(model, times, 2));
});

test("a band is known for the past too", () => {
  const model = learn(14, office);
  near(at(model, START + 10 * DAY + 12 * HOUR).middle, 100, 3);
  assert.ok(Number.isFinite(at(model, START - 30 * DAY).middle));
});
