import assert from "node:assert/strict";
import { test } from "node:test";
import { arrayLabel, evaluateMathPlan } from "./evaluate-plan.ts";
import { listMathFunctions } from "./functions.ts";
import { parseMetricMath } from "./parse.ts";
import { MAX_PERIODS } from "./periods.ts";
import { MathPlanError, planMetricMath } from "./plan.ts";

const metric = (id: string) => ({ id, kind: "metric" as const });
const expression = (id: string, text: string) => ({ id, kind: "expression" as const, expression: text });

const refuses = (entries: Parameters<typeof planMetricMath>[0], entryId: string, message: RegExp) =>
  assert.throws(
    () => planMetricMath(entries),
    (error: unknown) => {
      assert.ok(error instanceof MathPlanError);
      assert.equal(error.entryId, entryId);
      assert.match(error.message, message);
      return true;
    },
  );

test("Ids must be valid and different", () => {
  refuses([metric("M1")], "M1", /begins with a lower-case letter/);
  refuses([metric("m-1")], "m-1", /letters, digits and _/);
  refuses([metric("m1"), expression("m1", "5")], "m1", /more than once/);
});

test("an error names its expression and the place in it", () => {
  refuses([expression("e1", "m1 + 1")], "e1", /^Error in expression 'e1': There is no metric .*"m1".* \(at 0-2\)$/);
});

test("expressions that need one another are refused with their cycle", () => {
  refuses([expression("e1", "e2"), expression("e2", "e3 + 1"), expression("e3", "e1")], "e1", /e1 -> e2 -> e3 -> e1/);
  refuses([expression("e1", "e1 + 1")], "e1", /e1 -> e1/);
});

test("each expression comes after those that it names, and knows what it needs", () => {
  const plan = planMetricMath([
    expression("e2", "e1 + m2"),
    expression("e1", "SUM(METRICS())"),
    metric("m1"),
    metric("m2"),
  ]);
  assert.deepEqual(
    plan.map(({ id, type, needs }) => ({ id, type, needs: [...needs] })),
    [
      { id: "e1", type: "TS", needs: ["m1", "m2"] },
      { id: "e2", type: "TS", needs: ["e1", "m1", "m2"] },
    ],
  );
});

test("the sources of an expression are listed before it is evaluated", () => {
  const { sources } = parseMetricMath(
    `SUM(SEARCH('{AWS/EC2,InstanceId} MetricName="CPUUtilization" \\"a\\"', 'p99', 300)) + LAST(ANOMALY_DETECTION_BAND(m1, 3)) + SERVICE_QUOTA(m1)`,
  );
  assert.deepEqual(
    sources.map((source) => (source.kind === "external" ? source.name : { ...source, span: undefined })),
    [
      {
        kind: "search",
        expression: '{AWS/EC2,InstanceId} MetricName="CPUUtilization" \\"a\\"',
        statistic: "p99",
        period: 300,
        span: undefined,
      },
      { kind: "band", id: "m1", span: undefined },
      "SERVICE_QUOTA",
    ],
  );
});

test("the series of a Metrics Insights query are used like those of any array", () => {
  const plan = planMetricMath([{ id: "q1", kind: "series", type: "TS[]" }, expression("e1", "SUM(q1)")]);
  const series = (value: number) => ({ id: "q1", label: "", period: 60, timestamps: [0], values: [value] });
  const results = evaluateMathPlan(plan, {
    range: { startMs: 0, endMs: 60_000 },
    metrics: [],
    others: new Map([["q1", { type: "TS[]", series: [series(1), series(2)] }]]),
    periodOf: () => 60,
    labelOf: (id) => `label of ${id}`,
    series: () => [],
  });
  assert.deepEqual(results.get("e1"), {
    id: "e1",
    type: "TS",
    series: [{ id: "e1", label: "label of e1", period: 60, timestamps: [0], values: [3] }],
  });
});

test("the functions of a user's guide are all there", () => {
  const guide =
    "ABS ANOMALY_DETECTION_BAND AVG CEIL DATAPOINT_COUNT DATE DAY DB_PERF_INSIGHTS DIFF DIFF_TIME EPOCH FILL FIRST FLOOR HOUR IF INSIGHT_RULE_METRIC LAMBDA LAST LOG LOG10 MAX METRICS METRIC_COUNT MIN MINUTE MONTH PERIOD RATE REMOVE_EMPTY RUNNING_SUM SEARCH SERVICE_QUOTA SLICE SORT STDDEV SUM TIME_SERIES YEAR";
  assert.equal(
    listMathFunctions()
      .map(({ name }) => name)
      .sort()
      .join(" "),
    guide,
  );
});

test("external sources take texts, lists of texts and series", () => {
  const plan = planMetricMath([
    metric("m1"),
    expression("e1", `LAMBDA("my-function", "a", 5, m1)`),
    expression("e2", `DB_PERF_INSIGHTS('RDS', 'db-ABC', ['db.load.avg', 'os.cpuUtilization.user.avg'])`),
    expression("e3", `INSIGHT_RULE_METRIC("rule", "MaxContributorValue") / m1`),
  ]);
  assert.deepEqual(
    plan.map(({ type }) => type),
    ["TS[]", "TS[]", "TS"],
  );
});

test("labels of arrays join the expression's and the series'", () => {
  assert.equal(arrayLabel("Filled With 0:", "Errors"), "Filled With 0: Errors");
  assert.equal(arrayLabel("", "Errors"), "Errors");
  assert.equal(arrayLabel(undefined, "Errors"), "Errors");
});

test("an expression has bounds", () => {
  assert.throws(() => parseMetricMath("1".repeat(2_049)), /at most 2048 characters/);
  assert.throws(() => parseMetricMath(`${"(".repeat(1_000)}m1`), /nested more than 100 deep/);
  assert.throws(() => parseMetricMath(`${"-".repeat(1_000)}m1`), /nested more than 100 deep/);
  assert.throws(() => parseMetricMath(`${"ABS(".repeat(500)}m1`), /nested more than 100 deep/);
  assert.equal(parseMetricMath(`m1${"+m1".repeat(680)}`).ids.length, 1);
});

test("work that grows without bound is refused", () => {
  const data = {
    range: { startMs: 0, endMs: 1_000 * (MAX_PERIODS + 1) },
    metrics: [{ id: "m1", label: "", period: 1, timestamps: [], values: [] }],
    others: new Map(),
    periodOf: () => 1,
    labelOf: () => "",
    series: () => [],
  };
  assert.throws(
    () => evaluateMathPlan(planMetricMath([metric("m1"), expression("e1", "FILL(m1, 0)")]), data),
    /500001 periods of 1 s/,
  );
  const doubling = [metric("m1"), expression("e0", "[m1, m1]")];
  for (let index = 1; index < 30; index++) doubling.push(expression(`e${index}`, `[e${index - 1}, e${index - 1}]`));
  assert.throws(() => evaluateMathPlan(planMetricMath(doubling), data), /at most 5000 time series/);
  const wideArray = `[${Array.from({ length: 500 }, () => "m1").join(",")}]`;
  const sums = Array.from({ length: 50 }, () => `SUM(e1)`).join("+");
  const long = {
    id: "m1",
    label: "",
    period: 60,
    timestamps: [...Array(2_000).keys()],
    values: [...Array(2_000).keys()],
  };
  assert.throws(
    () =>
      evaluateMathPlan(planMetricMath([metric("m1"), expression("e1", wideArray), expression("e2", sums)]), {
        ...data,
        metrics: [long],
      }),
    /more than 30000000 datapoints/,
  );
  const many = Array.from({ length: 70 }, (_each, index) => expression(`e${index}`, "TIME_SERIES(1)"));
  const wide = { ...data, range: { startMs: 0, endMs: 1_000 * MAX_PERIODS } };
  assert.throws(() => evaluateMathPlan(planMetricMath(many), wide), /more than 30000000 datapoints/);
});
