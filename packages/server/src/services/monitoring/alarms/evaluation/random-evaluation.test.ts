import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "./evaluate.ts";
import { naiveState } from "./naive-evaluator.ts";
import { evaluationRange, type Slot, type StateValue } from "./settings.ts";

const TREATMENTS = ["breaching", "notBreaching", "ignore", "missing"] as const;
const STATES: readonly StateValue[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];

function slotsOf(picture: string): Slot[] {
  return [...picture]
    .map((letter, at) => ({ at, point: letter === "-" ? undefined : { at, value: letter === "X" ? 2 : 0 } }))
    .reverse();
}

/** Every picture of so many periods. */
function* pictures(length: number): Generator<string> {
  if (length === 0) yield "";
  else for (const rest of pictures(length - 1)) for (const letter of "0X-") yield letter + rest;
}

test("every range up to N = 5 comes to what the naive evaluator says", () => {
  let compared = 0;
  for (let n = 1; n <= 5; n++) {
    for (const picture of pictures(evaluationRange(n))) {
      for (let m = 1; m <= n; m++) {
        for (const treatMissingData of TREATMENTS) {
          const verdict = evaluate(
            {
              period: 60,
              evaluationPeriods: n,
              datapointsToAlarm: m,
              limit: { comparison: "GreaterThanThreshold", threshold: 1 },
              treatMissingData,
            },
            slotsOf(picture),
          );
          for (const current of STATES) {
            const expected = naiveState(picture, n, m, treatMissingData, current);
            const found = verdict.state ?? current;
            if (found !== expected)
              assert.fail(`${picture} ${m} of ${n} ${treatMissingData}: ${found}, not ${expected}`);
            compared++;
          }
        }
      }
    }
  }
  assert.ok(compared > 100_000);
});
