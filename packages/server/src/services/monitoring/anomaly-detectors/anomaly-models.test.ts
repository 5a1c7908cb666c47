import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { virtualClock } from "../../../platform/clock/virtual-clock.ts";
import type { MetricQuery, MetricReader } from "../../../platform/metrics/metric-reader.ts";
import { openSqliteState } from "../../../platform/state/sqlite-state.ts";
import { readDataQueries } from "../metrics/data-query.ts";
import { evaluateQueries } from "../metrics/evaluate-queries.ts";
import { type AnomalyModels, openAnomalyModels, RETRAIN_MS } from "./anomaly-models.ts";
import type { BandTarget } from "./band-target.ts";
import { expressionTarget, metricTarget } from "./band-target.ts";
import { type AnomalyDetector, detectorRef, MODEL_KIND, storedModels } from "./detector.ts";
import { detectorBands } from "./detector-bands.ts";
import { band } from "./model/anomaly-model.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 20, 12);
const OWNER = { account: "111122223333", region: "eu-west-1" };
const cause = { action: "test" };

/** Metrics whose name is the value that they have, from `since` on; "down" is an outage. */
function fakeReader(since: number) {
  const reads: MetricQuery[] = [];
  let failing = false;
  const reader: MetricReader = {
    async read(queries, { startMs, endMs }) {
      if (failing) throw new Error("the engine is away");
      return queries.map((query) => {
        reads.push(query);
        const timestamps: number[] = [];
        for (let at = startMs; at < endMs; at += query.period * 1_000) if (at >= since) timestamps.push(at);
        const values = timestamps.map((at) => Number(query.metric) + ((at / 60_000) % 3));
        return { unit: "Count", units: ["Count"], timestamps, values, sampleCounts: values.map(() => 1) };
      });
    },
  };
  return {
    reader,
    reads,
    fail: (now: boolean) => {
      failing = now;
    },
  };
}

function open(t: TestContext, since = NOW - 20 * DAY) {
  const clock = virtualClock(NOW);
  const state = openSqliteState(":memory:", clock.now);
  t.after(() => state.close());
  const fake = fakeReader(since);
  const logged: string[] = [];
  const log = (_level: string, message: string) => logged.push(message);
  const index = { page: async () => ({ metrics: [], next: undefined }) };
  const evaluation = { reader: fake.reader, index };
  const start = () => openAnomalyModels({ state, evaluation, clock, log });
  const put = async (target: BandTarget, rest: Partial<AnomalyDetector> = {}) => {
    const document: AnomalyDetector = { target, excluded: [], ...rest };
    await state.commit({ cause, changes: [{ put: detectorRef(target), document, expect: "any" }] });
    return detectorRef(target);
  };
  return { clock, state, ...fake, logged, evaluation, start, put };
}

function query(metric: string, period = 300): MetricQuery {
  return { ...OWNER, namespace: "N", metric, dimensions: { b: "2", a: "1" }, statistic: { kind: "Average" }, period };
}

const target = (metric: string) => metricTarget({ query: query(metric), stat: "Average" });
const never = new AbortController().signal;

async function upper(models: AnomalyModels, of: BandTarget, period = 300): Promise<number | undefined> {
  const model = await models.model(of, period);
  return model && band(model, [NOW], 2).upper[0];
}

test("the job learns what detectors watch, and keeps it over a restart", async (t) => {
  const { state, reads, start, put } = open(t);
  const ref = await put(target("50"));
  await start().retrain(never);
  assert.deepEqual(
    storedModels(state, ref).map(({ period }) => period),
    [300],
  );
  reads.length = 0;
  const found = await upper(start(), target("50"));
  assert.ok(found !== undefined && found > 50 && found < 60, `${found}`);
  assert.equal(reads.length, 0, "a stored model is read, not learned");
});

test("the order of dimensions makes no difference", async (t) => {
  const { reads, start, put } = open(t);
  await put(target("50"));
  const models = start();
  await models.retrain(never);
  reads.length = 0;
  const other = { ...query("50"), dimensions: { a: "1", b: "2" } };
  assert.ok((await models.model(metricTarget({ query: other, stat: "Average" }), 300)) !== undefined);
  assert.equal(reads.length, 0);
});

test("models are learned anew after an hour", async (t) => {
  const { clock, state, start, put } = open(t);
  const ref = await put(target("50"));
  const models = start();
  const trainedAt = () => storedModels(state, ref).map(({ stored }) => stored.document.trainedAt);
  await models.retrain(never);
  await clock.advance(RETRAIN_MS - 1);
  await models.retrain(never);
  assert.deepEqual(trainedAt(), [NOW]);
  await clock.advance(1);
  await models.retrain(never);
  assert.deepEqual(trainedAt(), [NOW + RETRAIN_MS]);
});

test("a period that is asked for is learned, and then renewed with the others", async (t) => {
  const { clock, state, start, put } = open(t);
  const ref = await put(target("50"));
  const models = start();
  await models.retrain(never);
  await models.model(target("50"), 60);
  assert.deepEqual(
    storedModels(state, ref)
      .map(({ period }) => period)
      .sort(),
    [300, 60],
  );
  await clock.advance(RETRAIN_MS);
  await models.retrain(never);
  assert.ok(storedModels(state, ref).every(({ stored }) => stored.document.trainedAt === NOW + RETRAIN_MS));
});

test("the number of stored periods of a detector is bounded", async (t) => {
  const { state, start, put } = open(t);
  const ref = await put(target("50"));
  const models = start();
  for (let minutes = 1; minutes <= 12; minutes++) {
    assert.ok((await models.model(target("50"), minutes * 60)) !== undefined);
  }
  assert.equal(storedModels(state, ref).length, 8);
});

test("without a detector a model is learned for the asking, once an hour, and not stored", async (t) => {
  const { clock, state, reads, start } = open(t);
  const models = start();
  const both = await Promise.all([models.model(target("50"), 300), models.model(target("50"), 300)]);
  assert.ok(both.every((model) => model !== undefined));
  await models.model(target("50"), 300);
  assert.equal(reads.length, 1);
  await clock.advance(RETRAIN_MS);
  await models.model(target("50"), 300);
  assert.equal(reads.length, 2);
  assert.deepEqual(state.scan(MODEL_KIND, undefined, 10), []);
});

test("a new metric has a band after three hours", async (t) => {
  const { clock, state, start, put } = open(t, NOW - 2 * HOUR);
  const ref = await put(target("50"));
  const models = start();
  await models.retrain(never);
  assert.equal(await models.model(target("50"), 300), undefined);
  assert.deepEqual(
    storedModels(state, ref).map(({ stored }) => stored.document),
    [{ trainedAt: NOW }],
  );
  await clock.advance(RETRAIN_MS);
  await models.retrain(never);
  assert.ok((await models.model(target("50"), 300)) !== undefined);
});

test("excluded ranges and the time zone of the detector are used", async (t) => {
  const { start, put } = open(t);
  const far = { startMs: NOW - 30 * DAY, endMs: NOW - 2 * HOUR };
  await put(target("50"), { excluded: [far], zone: "Asia/Tokyo" });
  assert.equal(await start().model(target("50"), 300), undefined, "two hours are left to learn from");
  await put(target("60"), { zone: "Asia/Tokyo" });
  assert.equal((await start().model(target("60"), 300))?.zone, "Asia/Tokyo");
});

test("a failure is logged, keeps no other detector, and is tried again", async (t) => {
  const { fail, logged, state, start, put } = open(t);
  const ref = await put(target("50"));
  const models = start();
  fail(true);
  await models.retrain(never);
  assert.deepEqual(logged, ["an anomaly model could not be learned"]);
  await assert.rejects(models.model(target("50"), 300), /the engine is away/);
  fail(false);
  await models.retrain(never);
  assert.equal(storedModels(state, ref).length, 1);
});

test("models whose detector is gone are removed", async (t) => {
  const { state, start, put } = open(t);
  const ref = await put(target("50"));
  const models = start();
  await models.retrain(never);
  await state.commit({ cause, changes: [{ remove: ref, expect: "any" }] });
  await models.retrain(never);
  assert.deepEqual(state.scan(MODEL_KIND, undefined, 10), []);
});

test("a detector on metric math learns the expression", async (t) => {
  const { start, put } = open(t);
  const entries = readDataQueries(
    [
      {
        Id: "m1",
        MetricStat: { Metric: { Namespace: "N", MetricName: "100" }, Period: 300, Stat: "Sum" },
        ReturnData: false,
      },
      { Id: "e1", Expression: "m1 * 2" },
    ],
    OWNER,
  );
  const math = expressionTarget(entries, "e1", new Set(["m1"]), OWNER);
  await put(math);
  const models = start();
  await models.retrain(never);
  const found = await upper(models, math);
  assert.ok(found !== undefined && found > 200 && found < 215, `${found}`);
});

test("GetMetricData's band has a datapoint for every period, the lower side first", async (t) => {
  const { evaluation, start, put } = open(t);
  await put(target("50"));
  const entries = readDataQueries(
    [
      { Id: "m1", MetricStat: { Metric: { Namespace: "N", MetricName: "50" }, Period: 300, Stat: "Average" } },
      { Id: "e1", Expression: "m1 + 100", ReturnData: false },
      { Id: "b1", Expression: "ANOMALY_DETECTION_BAND(m1, 2)", Label: "band" },
      { Id: "b2", Expression: "LAST(ANOMALY_DETECTION_BAND(e1, 3))" },
    ],
    OWNER,
  );
  const range = { startMs: NOW - HOUR, endMs: NOW + HOUR, nowMs: NOW };
  const bands = detectorBands(start());
  const series = await evaluateQueries({ ...evaluation, bands }, entries, { ...OWNER, ...range });
  const of = (id: string) => series.filter((one) => one.id === id);
  const [lower, higher] = of("b1");
  assert.equal(lower?.timestamps.length, 24);
  assert.deepEqual(higher?.timestamps, lower?.timestamps);
  const [metric] = of("m1");
  metric?.values.forEach((value, index) => {
    assert.ok((lower?.values[index] ?? value) < value && (higher?.values[index] ?? value) > value);
  });
  assert.ok(of("b2")[0]?.values.every((value) => value > 152 && value < 165));
});
