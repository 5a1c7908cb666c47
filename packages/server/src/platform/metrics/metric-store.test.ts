import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connectEngine, type Engine, migrate, startEngine } from "@nephoscope/engine";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { openSqliteState } from "../state/sqlite-state.ts";
import type { State } from "../state/state.ts";
import { type MetricStore, openMetricStore } from "./metric-store.ts";
import { parseStatistic } from "./statistic.ts";
import { unitNumber } from "./units.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Ten past ten on some day. */
const START = Date.UTC(2026, 2, 10, 10, 10);
const OWNER = { account: "111122223333", region: "eu-west-1" };

let engine: Engine;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "nephoscope-metrics-"));
  engine = await startEngine({ dataDir: join(folder, "engine"), database: "m0", log: () => {} });
});
after(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

let databases = 0;

interface House {
  readonly store: MetricStore;
  readonly state: State;
  readonly clock: ReturnType<typeof virtualClock>;
  /** Stores values of the metric `m` with these dimensions at these times. */
  put(values: readonly [time: number, value: number][], options?: PutOptions): Promise<void>;
  read(statistic: string, period: number, from: number, to: number, unit?: string): Promise<[number, number][]>;
  count(table: string): Promise<number>;
}

interface PutOptions {
  readonly dimensions?: Record<string, string>;
  readonly unit?: string;
  readonly put?: bigint;
  readonly again?: boolean;
}

async function open(): Promise<House> {
  const database = `m${databases++}`;
  await migrate({ client: engine.client, database });
  const url = new URL(engine.url);
  const own = connectEngine({ url: url.origin, user: url.username, password: url.password, database });
  const clock = virtualClock(START);
  const state = openSqliteState(join(folder, `${database}.db`), clock.now);
  const jobs: Jobs = {
    every: (_name, _ms, action) => () => action(new AbortController().signal),
    reports: () => [],
    close: async () => {},
  };
  const store = openMetricStore({ engine: own, state, jobs, clock });
  const address = { ...OWNER, namespace: "N", metric: "m" };
  return {
    store,
    state,
    clock,
    async put(values, { dimensions = {}, unit = "None", put = BigInt(clock.now()), again = false } = {}) {
      const batch = store.writer.begin({ ...OWNER, put });
      batch.identity({ namespace: "N", metric: "m", dimensions });
      for (const [time, value] of values) batch.value(unitNumber(unit) ?? 0, time, 60, value);
      await batch.store({ again });
    },
    async read(text, period, startMs, endMs, unit) {
      const statistic = parseStatistic(text);
      assert.ok(statistic !== undefined);
      const query = { ...address, dimensions: {}, period, statistic, ...(unit !== undefined && { unit }) };
      const [points] = await store.reader.read([query], { startMs, endMs });
      return (points?.timestamps ?? []).map((time, i) => [(time - startMs) / 1_000, points?.values[i] ?? Number.NaN]);
    },
    async count(table) {
      const [row] = await own.client.rows<[number]>({ sql: `SELECT toUInt32(count()) FROM ${table}` });
      return row?.[0] ?? 0;
    },
  };
}

test("what is stored is read back, by periods counted from the range's start", async () => {
  const { put, read } = await open();
  await put([
    [START, 1],
    [START + 30_000, 2],
    [START + MINUTE, 4],
    [START + 5 * MINUTE, 8],
  ]);
  const end = START + 10 * MINUTE;
  assert.deepEqual(await read("Sum", 60, START, end), [
    [0, 3],
    [60, 4],
    [300, 8],
  ]);
  assert.deepEqual(await read("Sum", 300, START - MINUTE, end), [
    [0, 7],
    [300, 8],
  ]);
  assert.deepEqual(await read("SampleCount", 3600, START, START + HOUR), [[0, 4]]);
  assert.deepEqual(await read("Average", 60, START, START + MINUTE), [[0, 1.5]]);
  assert.deepEqual(await read("p50", 3600, START, START + HOUR), [[0, 2]]);
});

test("a call that is sent again is stored once", async () => {
  const { put, count } = await open();
  await put([[START, 1]], { put: 7n });
  await put([[START, 1]], { put: 7n, again: true });
  assert.equal(await count("metric_samples"), 1);
  await put([[START, 1]], { put: 8n, again: true });
  assert.equal(await count("metric_samples"), 2);
});

test("of several units the alphabetically first is read, and all are told", async () => {
  const { put, read, store } = await open();
  await put([[START, 1]], { unit: "Seconds" });
  await put([[START, 2]], { unit: "Milliseconds" });
  assert.deepEqual(await read("Sum", 60, START, START + MINUTE), [[0, 2]]);
  assert.deepEqual(await read("Sum", 60, START, START + MINUTE, "Seconds"), [[0, 1]]);
  const query = {
    ...OWNER,
    namespace: "N",
    metric: "m",
    dimensions: {},
    period: 60,
    statistic: { kind: "Sum" },
  } as const;
  const [points] = await store.reader.read([query], { startMs: START, endMs: START + MINUTE });
  assert.deepEqual(points?.units, ["Milliseconds", "Seconds"]);
});

test("a filler stands for its minute once, and not beside a value", async () => {
  const house = await open();
  const { store, read } = house;
  const batch = store.writer.begin({ ...OWNER, put: 1n });
  batch.identity({ namespace: "N", metric: "m", dimensions: {} });
  const none = unitNumber("None") ?? 0;
  for (const minute of [0, 0, 1, 2]) batch.filler(none, START + minute * MINUTE, 5);
  batch.value(none, START + MINUTE, 60, 100);
  await batch.store();
  const expected = async () => {
    assert.deepEqual(await read("Sum", 60, START, START + HOUR), [
      [0, 5],
      [60, 100],
      [120, 5],
    ]);
    assert.deepEqual(await read("Sum", 300, START, START + HOUR), [[0, 110]]);
    assert.deepEqual(await read("SampleCount", 300, START, START + HOUR), [[0, 3]]);
    assert.deepEqual(await read("p90", 300, START, START + HOUR), [[0, 100]]);
  };
  await expected();
  await house.clock.advance(2 * HOUR);
  await store.rollUp();
  await expected();
  await house.clock.advance(16 * DAY);
  await store.rollUp();
  assert.deepEqual(await read("Sum", 300, START, START + HOUR), [[0, 110]]);
});

/** Numbers of every kind: decimals, whole ones, large and small ones, and such that no decimal is exact for. */
const NUMBERS = [0, 1, -3, 0.1, 12.25, 99.99, 1e15, 123456789.123, Math.PI, 1e-12, 2 ** 300, 5e-324, 1 / 3];

test("roll-ups change no number, whichever table a value is in", async () => {
  const { store, clock, put, read, count } = await open();
  await put(NUMBERS.map((value, i) => [START - i * MINUTE, value]));
  const from = START - NUMBERS.length * MINUTE;
  const expected = NUMBERS.map((value, i): [number, number] => [(NUMBERS.length - i) * 60, value]).reverse();
  const all = () => read("Sum", 60, from, START + MINUTE);
  assert.deepEqual(await all(), expected);

  await clock.advance(2 * HOUR);
  await store.rollUp();
  assert.equal(await count("metric_minutes"), NUMBERS.length);
  assert.deepEqual(await all(), expected);
  await clock.advance(8 * HOUR);
  await store.rollUp();
  assert.equal(await count("metric_samples"), 0);
  assert.deepEqual(await all(), expected);
});

test("minutes become five minutes and then hours, with all figures and the distribution", async () => {
  const { store, clock, read, count } = await open();
  const batch = store.writer.begin({ ...OWNER, put: 1n });
  batch.identity({ namespace: "N", metric: "m", dimensions: {} });
  const none = unitNumber("None") ?? 0;
  const values = Array.from({ length: 100 }, (_, i) => i + 1);
  for (let minute = 0; minute < 120; minute++) batch.values(none, START + minute * MINUTE, 60, values);
  await batch.store();
  const figures = async (period: number) => [
    await read("Sum", period, START, START + HOUR),
    await read("SampleCount", period, START, START + HOUR),
    await read("Minimum", period, START, START + HOUR),
    await read("Maximum", period, START, START + HOUR),
    await read("p90", period, START, START + HOUR),
    await read("TM(10%:90%)", period, START, START + HOUR),
    await read("TC(10:20)", period, START, START + HOUR),
  ];
  const wanted = [[[0, 303_000]], [[0, 6_000]], [[0, 1]], [[0, 100]], [[0, 90]], [[0, 50.5]], [[0, 600]]];
  assert.deepEqual(await figures(3600), wanted);
  const byFive = await figures(300);

  await clock.advance(16 * DAY);
  await store.rollUp();
  await store.rollUp();
  assert.deepEqual([await count("metric_samples"), await count("metric_minutes")], [0, 0]);
  assert.equal(await count("metric_five_minutes"), 24);
  assert.deepEqual(await figures(3600), wanted);
  assert.deepEqual(await figures(300), byFive);

  await clock.advance(50 * DAY);
  await store.rollUp();
  await store.rollUp();
  assert.equal(await count("metric_five_minutes"), 0);
  // The range begins at ten past: hours begin at the hour.
  assert.deepEqual(await read("Sum", 3600, START - 10 * MINUTE, START + 3 * HOUR), [
    [0, 252_500],
    [3600, 303_000],
    [7200, 50_500],
  ]);

  await clock.advance(500 * DAY);
  await store.rollUp();
  assert.equal(await count("metric_hours"), 0);
});

/** NEPHOSCOPE_LONG_TESTS=1 plays three days. */
const HOURS = process.env.NEPHOSCOPE_LONG_TESTS === "1" ? 72 : 8;

test(`${HOURS} hours of values that keep coming, some of them hours late, while roll-ups run each hour`, async () => {
  const { store, clock, put, read, count } = await open();
  const hours = HOURS;
  const sums = new Map<number, number>();
  let most = 0;
  for (let ten = 0; ten < hours * 6; ten++) {
    const values: [number, number][] = [];
    for (let minute = 0; minute < 10; minute++) values.push([clock.now() + minute * MINUTE, ten + minute / 4]);
    // What a host sends that was cut off: values of up to a day ago.
    if (ten % 7 === 0) values.push([clock.now() - (ten % 24) * HOUR - 3 * MINUTE, 1_000 + ten]);
    for (const [time, value] of values) {
      const at = Math.floor((time - START) / (5 * MINUTE)) * 300;
      sums.set(at, (sums.get(at) ?? 0) + value);
    }
    await clock.advance(10 * MINUTE);
    await put(values);
    if (ten % 6 !== 5) continue;
    await store.rollUp();
    most = Math.max(most, await count("metric_samples"));
  }
  const wanted = [...sums].sort(([a], [b]) => a - b).filter(([at]) => at >= 0);
  assert.deepEqual(await read("Sum", 300, START, START + hours * HOUR), wanted);
  const total = await read("Sum", 3_600, START, START + hours * HOUR);
  assert.equal(total.length, hours);
  assert.equal(
    total.reduce((sum, [, value]) => sum + value, 0),
    wanted.reduce((sum, [, value]) => sum + value, 0),
  );
  // Values as they came stay for some hours only, however long it goes on.
  assert.ok(most < 8 * 62, `${most} rows`);
});

test("a roll-up that was cut off counts nothing twice", async () => {
  const { store, state, clock, put, read } = await open();
  await put([[START, 3]]);
  await clock.advance(2 * HOUR);
  const broken = new Error("the commit fails");
  const commit = state.commit.bind(state);
  let commits = 0;
  state.commit = (request) => (++commits === 2 ? Promise.reject(broken) : commit(request));
  await assert.rejects(store.rollUp(), broken);
  assert.deepEqual(await read("Sum", 60, START, START + HOUR), [[0, 3]]);
  await store.rollUp();
  assert.deepEqual(await read("Sum", 60, START, START + HOUR), [[0, 3]]);
  await clock.advance(12 * HOUR);
  await store.rollUp();
  assert.deepEqual(await read("Sum", 60, START, START + HOUR), [[0, 3]]);
});

test("a large distribution is rounded by less than half a per cent", async () => {
  const { store, clock, read } = await open();
  const batch = store.writer.begin({ ...OWNER, put: 1n });
  batch.identity({ namespace: "N", metric: "m", dimensions: {} });
  for (let i = 0; i < 20; i++)
    batch.values(
      unitNumber("None") ?? 0,
      START,
      60,
      Array.from({ length: 150 }, (_, k) => 1_000 + (i * 150 + k) * 1.37),
    );
  await batch.store();
  const near = async () => {
    for (const [statistic, exact] of [
      ["p50", 1_000 + 1_499 * 1.37],
      ["p99", 1_000 + 2_969 * 1.37],
      ["p1", 1_000 + 29 * 1.37],
    ] as const) {
      const [point] = await read(statistic, 60, START, START + MINUTE);
      assert.ok(Math.abs((point?.[1] ?? 0) / exact - 1) < 1 / 256, `${statistic}: ${point?.[1]} for ${exact}`);
    }
  };
  await near();
  await clock.advance(2 * HOUR);
  await store.rollUp();
  await near();
});

test("metrics are listed page by page, by what they have", async () => {
  const { store, put, clock } = await open();
  for (const host of ["a", "b", "c"])
    await put([[START, 1]], { dimensions: { Host: host, Env: host === "c" ? "x" : "y" } });
  await put([[START, 1]]);
  const list = async (filter: object) => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await store.index.page({ ...OWNER, activeSinceMs: 0, ...filter }, 2, after);
      seen.push(...page.metrics.map(({ dimensions }) => Object.values(dimensions).join()));
      after = page.next;
    } while (after !== undefined);
    return seen;
  };
  assert.deepEqual(await list({}), ["", "x,c", "y,a", "y,b"]);
  assert.deepEqual(await list({ dimensions: [{ name: "Env", value: "y" }] }), ["y,a", "y,b"]);
  assert.deepEqual(await list({ dimensions: [{ name: "Host", value: "y" }] }), []);
  assert.deepEqual(await list({ dimensionNames: ["Host", "Env"], namespace: "N" }), ["x,c", "y,a", "y,b"]);
  assert.deepEqual(await list({ namespace: "M" }), []);
  await clock.advance(HOUR);
  await put([[START + HOUR, 1]]);
  assert.deepEqual(await list({ activeSinceMs: START + HOUR - MINUTE }), [""]);
});

test("a listener is told of values when they are readable", async () => {
  const { store, put } = await open();
  const seen: number[] = [];
  const stop = store.arrivals.watch({ ...OWNER, namespace: "N", metric: "m", dimensions: {} }, ({ sum }) =>
    seen.push(sum),
  );
  await put([[START, 1]]);
  await put([[START, 2]], { dimensions: { other: "x" } });
  stop();
  await put([[START, 3]]);
  assert.deepEqual(seen, [1]);
});
