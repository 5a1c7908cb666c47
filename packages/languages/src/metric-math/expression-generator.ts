import type { Series } from "./series.ts";

/** A repeatable source of whole numbers below a bound. */
export type Random = (below: number) => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    // Mulberry32: small, and good enough to spread over the grammar.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function pick<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[random(choices.length)] ?? choices[0];
}

/** Three metrics with gaps, zeros and negative numbers, one of another period, one without datapoints. */
export function randomMetrics(random: Random, startMs: number, minutes: number): Series[] {
  return ["m1", "m2", "errors", "m300", "none"].map((id) => {
    const period = id === "m300" ? 300 : 60;
    const timestamps: number[] = [];
    const values: number[] = [];
    for (let at = 0; at < minutes * 60 && id !== "none"; at += period) {
      if (random(3) === 0) continue;
      timestamps.push(startMs + at * 1_000);
      values.push(pick(random, [0, 1, 2, 5, 30, -4, 0.5, 100, 12.25]));
    }
    return { id, label: id.toUpperCase(), period, timestamps, values };
  });
}

const CHANGES: readonly [string, ...string[]] = ["DIFF", "RATE", "DIFF_TIME", "RUNNING_SUM"];

/** Random expressions of each type over those metrics. */
export class ExpressionWriter {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  result(): string {
    return this.#random(3) === 0 ? this.#array(3) : this.#series(3);
  }

  #series(depth: number): string {
    if (depth === 0) return pick(this.#random, ["m1", "m2", "errors", "m300", "none"]);
    const less = depth - 1;
    const work: readonly [() => string, ...(() => string)[]] = [
      () => this.#series(0),
      () => `${this.#series(less)} ${this.#operator()} ${this.#series(less)}`,
      () => `(${this.#series(less)}) ${this.#operator()} ${this.#scalar(less)}`,
      () => `${this.#scalar(less)} ${this.#operator()} ${this.#series(less)}`,
      () => `-${this.#series(less)}`,
      () => `${this.#pointwise()}(${this.#series(less)})`,
      () => `${pick(this.#random, CHANGES)}(${this.#series(less)})`,
      () => `${this.#aggregate()}(${this.#array(less)})`,
      () => `${pick(this.#random, ["FIRST", "LAST"])}(${this.#array(less)})`,
      () => `${pick(this.#random, ["MINUTE", "HOUR", "DAY", "DATE", "MONTH", "YEAR", "EPOCH"])}(${this.#series(less)})`,
      () => `FILL(${this.#series(less)}, ${this.#filler(less)})`,
      () => `IF(${this.#series(less)}, ${this.#either(less)}${this.#otherwise(less)})`,
      () => `IF(${this.#scalar(less)}, ${this.#series(less)}${this.#otherwise(less)})`,
      () => `TIME_SERIES(${this.#scalar(less)})`,
    ];
    return pick(this.#random, work)();
  }

  #scalar(depth: number): string {
    if (depth === 0) return pick(this.#random, ["0", "1", "2.5", "100", ".5"]);
    const less = depth - 1;
    const work: readonly [() => string, ...(() => string)[]] = [
      () => this.#scalar(0),
      () => `${this.#aggregate()}(${this.#series(less)})`,
      () => `(${this.#scalar(less)} ${this.#operator()} ${this.#scalar(less)})`,
      () => `METRIC_COUNT(${this.#array(less)})`,
      () => `PERIOD(${this.#series(0)})`,
      () => `-${this.#scalar(less)}`,
      () => `${this.#pointwise()}(${this.#scalar(less)})`,
      () => `IF(${this.#scalar(less)}, ${this.#scalar(less)}, ${this.#scalar(less)})`,
    ];
    return pick(this.#random, work)();
  }

  #array(depth: number): string {
    if (depth === 0) return pick(this.#random, ["METRICS()", 'METRICS("m")', "[m1, m2]", '[METRICS("err"), m1]', "[]"]);
    const less = depth - 1;
    const work: readonly [() => string, ...(() => string)[]] = [
      () => this.#array(0),
      () => `[${this.#series(less)}, ${this.#array(less)}]`,
      () => `(${this.#array(less)} ${this.#operator()} ${this.#either(less)})`,
      () => `${this.#either(0)} ${this.#operator()} ${this.#array(less)}`,
      () => `${this.#pointwise()}(${this.#array(less)})`,
      () => `${pick(this.#random, CHANGES)}(${this.#array(less)})`,
      () => `REMOVE_EMPTY(${this.#array(less)})`,
      () => `SLICE(${this.#array(less)}, ${this.#scalar(0)})`,
      () => `SLICE(${this.#array(less)}, 0, ${this.#scalar(less)})`,
      () =>
        `SORT(${this.#array(less)}, ${pick(this.#random, ["AVG", "MIN", "MAX", "SUM"])}, ${pick(this.#random, ["ASC", "DESC"])})`,
      () => `SORT(${this.#array(less)}, SUM, DESC, ${this.#scalar(0)})`,
      () => `FILL(${this.#array(less)}, ${this.#filler(less)})`,
      () => `IF(${this.#array(less)}, ${this.#either(less)}${this.#otherwise(less)})`,
      () => `IF(${this.#either(less)}, ${this.#array(less)}${this.#otherwise(less)})`,
    ];
    return pick(this.#random, work)();
  }

  #either(depth: number): string {
    return this.#random(2) === 0 ? this.#series(depth) : this.#scalar(depth);
  }

  #otherwise(depth: number): string {
    return this.#random(2) === 0 ? "" : `, ${this.#either(depth)}`;
  }

  #filler(depth: number): string {
    return pick(this.#random, ["REPEAT", "LINEAR", this.#either(depth)]);
  }

  #operator(): string {
    return pick(this.#random, ["+", "-", "*", "/", "^", "==", "!=", "<", "<=", ">", ">=", "AND", "OR", "&&", "||"]);
  }

  #pointwise(): string {
    return pick(this.#random, ["ABS", "CEIL", "FLOOR", "LOG", "LOG10"]);
  }

  #aggregate(): string {
    return pick(this.#random, ["AVG", "MAX", "MIN", "SUM", "STDDEV", "DATAPOINT_COUNT"]);
  }
}
