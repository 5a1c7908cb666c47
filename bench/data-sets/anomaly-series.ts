import { at, Random } from "./random.ts";

/**
 * Series in the style of the public benchmarks of anomaly detection (Numenta's, Yahoo's S5): daily and weekly shapes, trend, several
 * kinds of noise, gaps, stray spikes and a shift of level, and faults with labels in the last fortnight.
 */
export interface AnomalySeries {
  readonly name: string;
  /** Seconds. */
  readonly period: number;
  /** Milliseconds since 1970; missing datapoints are left out. */
  readonly timestamps: readonly number[];
  readonly values: readonly number[];
  /** The same without the faults. */
  readonly quiet: readonly number[];
  readonly faults: readonly Fault[];
}

export interface Fault {
  readonly kind: FaultKind;
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
}

export const FAULT_KINDS = ["spike", "dip", "shift up", "shift down", "ramp", "outage", "stuck"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export const PERIOD = 300;
/** A Monday, 00:00 UTC. */
export const SERIES_START = Date.UTC(2026, 0, 5);
const DAY = 86_400_000;
export const LEARNING_DAYS = 28;
export const TEST_DAYS = 14;
const STEPS_PER_DAY = 86_400 / PERIOD;
const STEPS = (LEARNING_DAYS + TEST_DAYS) * STEPS_PER_DAY;

interface Shape {
  readonly name: string;
  /** What the metric does without noise at a step, and how large its noise is there. */
  make(random: Random): { readonly mean: (step: number) => number; readonly noise: Noise };
}

/** Draws the value around a mean, and says how large a usual deviation is there. */
interface Noise {
  draw(mean: number): number;
  size(mean: number): number;
}

export const SHAPES: readonly Shape[] = [
  { name: "flat", make: (random) => ({ mean: () => 60, noise: correlated(random, 2, 0) }) },
  { name: "daily", make: (random) => ({ mean: daily(random, 100, 30), noise: correlated(random, 4, 0.5) }) },
  { name: "office", make: (random) => ({ mean: office(random, 20, 80), noise: correlated(random, 4, 0.5) }) },
  { name: "trend", make: (random) => ({ mean: trend(daily(random, 200, 20), 3), noise: correlated(random, 5, 0.3) }) },
  { name: "wandering", make: (random) => ({ mean: () => 500, noise: correlated(random, 20, 0.98) }) },
  { name: "requests", make: (random) => ({ mean: office(random, 40, 400), noise: counted(random) }) },
  { name: "latency", make: (random) => ({ mean: daily(random, 120, 25), noise: skewed(random, 0.15) }) },
  { name: "nightly batch", make: (random) => ({ mean: batch(random, 30, 200), noise: correlated(random, 3, 0.3) }) },
  {
    name: "new level",
    make: (random) => ({ mean: shifted(daily(random, 100, 20), 60), noise: correlated(random, 4, 0.3) }),
  },
  { name: "few errors", make: (random) => ({ mean: () => 0.4, noise: counted(random) }) },
];

export function anomalySeries(shape: Shape, seed: number): AnomalySeries {
  const random = new Random(seed);
  const { mean, noise } = shape.make(random);
  const faults = placeFaults(random);
  const timestamps: number[] = [];
  const values: number[] = [];
  const quiet: number[] = [];
  const gap = random.between(3, LEARNING_DAYS - 3) * STEPS_PER_DAY;
  for (let step = 0; step < STEPS; step++) {
    const timestamp = SERIES_START + step * PERIOD * 1_000;
    const expected = mean(step);
    const learning = step < LEARNING_DAYS * STEPS_PER_DAY;
    let value = noise.draw(expected);
    // What is learned from has stray spikes and two outages in it, as life has.
    if (learning && random.fraction() < 0.002) value += noise.size(expected) * random.between(8, 20);
    if (learning && step > gap + 4 * STEPS_PER_DAY && step < gap + 4.15 * STEPS_PER_DAY) value = expected * 0.2;
    const missing = random.fraction() < 0.01 || (step > gap && step < gap + 40);
    const fault = faults.find(({ startMs, endMs }) => timestamp >= startMs && timestamp < endMs);
    const faulty = fault === undefined ? value : applyFault(fault, timestamp, value, noise.size(expected), mean(0));
    if (missing) continue;
    timestamps.push(timestamp);
    values.push(faulty);
    quiet.push(value);
  }
  return { name: shape.name, period: PERIOD, timestamps, values, quiet, faults };
}

/** One fault in each two days, at any hour, of 20 minutes to 4 hours. */
function placeFaults(random: Random): Fault[] {
  return FAULT_KINDS.map((kind, index) => {
    const long = kind === "spike" || kind === "dip" ? random.between(4, 8) : random.between(12, 48);
    const startStep = (LEARNING_DAYS + index * 2) * STEPS_PER_DAY + random.below(2 * STEPS_PER_DAY - 80);
    const startMs = SERIES_START + startStep * PERIOD * 1_000;
    return { kind, startMs, endMs: startMs + long * PERIOD * 1_000 };
  });
}

/** Faults are six usual deviations large, but for an outage and a value that is stuck. */
function applyFault(fault: Fault, timestamp: number, value: number, size: number, stuckAt: number): number {
  const share = (timestamp - fault.startMs) / (fault.endMs - fault.startMs);
  switch (fault.kind) {
    case "spike":
    case "shift up":
      return value + 6 * size;
    case "dip":
    case "shift down":
      return value - 6 * size;
    case "ramp":
      return value + 10 * size * share;
    case "outage":
      return 0;
    case "stuck":
      return stuckAt;
  }
}

function daily(random: Random, level: number, swing: number): (step: number) => number {
  const [first, second] = [random.fraction() * 6.28, random.fraction() * 6.28];
  return (step) => {
    const angle = (step / STEPS_PER_DAY) * 2 * Math.PI;
    return level + swing * Math.sin(angle + first) + swing * 0.4 * Math.sin(2 * angle + second);
  };
}

/** Busy from morning to evening on weekdays, with a dent at noon; a fifth of it at weekends. */
function office(random: Random, idle: number, busy: number): (step: number) => number {
  const opens = random.between(6, 9);
  return (step) => {
    const hour = ((step / STEPS_PER_DAY) % 1) * 24;
    const weekend = Math.floor(step / STEPS_PER_DAY) % 7 > 4;
    const open = 1 / (1 + Math.exp(-(hour - opens) * 2)) - 1 / (1 + Math.exp(-(hour - opens - 10) * 2));
    const noon = 0.25 * Math.exp(-(((hour - opens - 5) / 0.7) ** 2));
    return idle + (busy - idle) * (open - noon) * (weekend ? 0.2 : 1);
  };
}

function trend(mean: (step: number) => number, perDay: number): (step: number) => number {
  return (step) => mean(step) + (perDay * step) / STEPS_PER_DAY;
}

function batch(random: Random, level: number, height: number): (step: number) => number {
  const at = random.below(STEPS_PER_DAY - 6);
  return (step) => level + (step % STEPS_PER_DAY >= at && step % STEPS_PER_DAY < at + 4 ? height : 0);
}

function shifted(mean: (step: number) => number, by: number): (step: number) => number {
  return (step) => mean(step) + (step > 19.4 * STEPS_PER_DAY ? by : 0);
}

/** Normal noise that follows itself: `memory` of the last one goes into the next. */
function correlated(random: Random, size: number, memory: number): Noise {
  let last = 0;
  return {
    draw(mean) {
      last = memory * last + Math.sqrt(1 - memory ** 2) * normal(random);
      return mean + size * last;
    },
    size: () => size,
  };
}

/** Counts of things that happen on their own: as noisy as the root of their mean. */
function counted(random: Random): Noise {
  return {
    draw(mean) {
      if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
      const limit = Math.exp(-mean);
      let product = random.fraction();
      let count = 0;
      while (product > limit) {
        product *= random.fraction();
        count++;
      }
      return count;
    },
    size: (mean) => Math.max(1, Math.sqrt(mean)),
  };
}

/** Log-normal: far above more often than far below. */
function skewed(random: Random, size: number): Noise {
  return { draw: (mean) => mean * Math.exp(size * normal(random)), size: (mean) => mean * size };
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
}

export const seriesOf = (index: number) => anomalySeries(at(SHAPES, index), 70_000 + index);
export const TEST_START = SERIES_START + LEARNING_DAYS * DAY;
export const TEST_WEEKS = TEST_DAYS / 7;
