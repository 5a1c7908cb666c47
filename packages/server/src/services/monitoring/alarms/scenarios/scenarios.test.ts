import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { MetricAlarm } from "../alarm.ts";
import { alarmLife, SCOPE } from "./alarm-life.ts";
import { readScenarios, type Scenario } from "./read-scenarios.ts";

const START = Date.parse("2026-11-20T12:00:00Z");
const TOPIC = "arn:aws:sns:eu-west-1:111122223333:t";

/** Values come late in their period, and states are looked at before the values of the next one come. */
const VALUES_AT = 0.95;
const LOOK_AT = 0.9;

async function play({ settings, from, data, late, states, reasons, told }: Scenario): Promise<string[]> {
  const period = (settings.metric?.period ?? 60) * 1_000;
  const cadence = period < 60_000 ? 10_000 : 60_000;
  const life = await alarmLife({ startMs: START });
  const metric = { ...SCOPE, namespace: "Scenarios", metric: "m", dimensions: {} };
  const alarm: MetricAlarm = {
    type: "MetricAlarm",
    // An id whose turn is a few seconds after the start of its interval.
    id: cadence === 10_000 ? "high-4" : "minute-16",
    actionsEnabled: true,
    okActions: [TOPIC],
    alarmActions: [TOPIC],
    insufficientDataActions: [TOPIC],
    tags: {},
    configurationUpdatedAt: START,
    condition: { value: from, reason: "the start", updatedAt: START, transitionedAt: START },
    settings,
  };
  const wrong: string[] = [];
  for (const [index, values] of data.entries()) {
    const start = START + index * period;
    await life.advanceTo(start + period * VALUES_AT);
    for (const value of values) life.metrics.put(metric, start + period * VALUES_AT, value);
    await life.runDue();
    if (index === 0) {
      // Put when the first period is over, so that nothing before its end is looked at.
      await life.advanceTo(start + period);
      await life.put("a", alarm);
    }
    for (const { column, value } of late) {
      // A late value comes in the period after its own, before the next state is looked at.
      if (column === index) life.metrics.put(metric, start - period + 1_000, value);
    }
    await life.advanceTo(start + period + cadence * LOOK_AT);
    const condition = life.book.get(SCOPE, "a")?.condition;
    const wanted = states[index];
    if (wanted !== undefined && condition?.value !== wanted) {
      wrong.push(`period ${index + 1}: ${condition?.value}, not ${wanted} (${condition?.reason})`);
    }
    const reason = reasons.get(index + 1);
    if (reason !== undefined && condition?.reason !== reason)
      wrong.push(`period ${index + 1}: ${condition?.reason}\n    not ${reason}`);
  }
  if (told !== undefined && life.told.length !== told) wrong.push(`told ${life.told.length} times, not ${told}`);
  life.close();
  return wrong;
}

const folder = new URL("./data/", import.meta.url);
let total = 0;
for (const file of readdirSync(folder).sort()) {
  const scenarios = readScenarios(readFileSync(new URL(file, folder), "utf8"));
  total += scenarios.length;
  test(`${file}: ${scenarios.length} scenarios`, async (t) => {
    for (const scenario of scenarios) {
      await t.test(`line ${scenario.line}: ${scenario.name}`, async () => {
        assert.deepEqual(await play(scenario), []);
      });
    }
  });
}

test("there are at least 200 scenarios", () => {
  assert.ok(total >= 200, `${total}`);
});
