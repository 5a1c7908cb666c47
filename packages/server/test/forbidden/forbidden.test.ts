import assert from "node:assert/strict";
import { test } from "node:test";
import { type Attempt, makeAttempts } from "./attempts.ts";
import { openHouse } from "./house.ts";

/** NEPHOSCOPE_FORBIDDEN=10000 is the longer mode. */
const ATTEMPTS = Number(process.env.NEPHOSCOPE_FORBIDDEN ?? 400);
/** How many of the refused calls' records are looked at. */
const LOOKED_AT = 60;
const SESSION_MS = 900_000;

/** Numbers below a bound, the same for the same seed (a linear congruential generator's upper bits). */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

test(`${ATTEMPTS} forbidden attempts are refused with the right error, and recorded with what decided`, async (t) => {
  const house = await openHouse(t);
  const below = randomNumbers(Number(process.env.NEPHOSCOPE_FORBIDDEN_SEED ?? 1));
  const attempts = makeAttempts(house, below);
  const kinds = new Map<string, number>();
  const denied: { readonly attempt: Attempt; readonly requestId: string }[] = [];

  const one = async (attempt: Attempt) => {
    const { kind, what, codes, recordedFor } = attempt;
    const { status, code, requestId, text } = await attempt.run();
    assert.ok(status >= 400 && status < 500, `${kind}: ${what} was answered ${status}: ${text.slice(0, 300)}`);
    assert.match(code, codes, `${kind}: ${what}: ${text.slice(0, 300)}`);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (recordedFor !== undefined && requestId !== "") denied.push({ attempt, requestId });
  };
  for (let count = 0; count < ATTEMPTS; count++) await one(attempts.next());
  assert.equal(kinds.size, 10, JSON.stringify([...kinds]));

  for (let count = 0; count < LOOKED_AT; count++) {
    const found = denied[below(denied.length)];
    if (found === undefined) break;
    const { attempt, requestId } = found;
    const who = attempt.recordedFor === "other" ? house.other : house.admin;
    const record = await eventually(() =>
      house.client.call(who, "decisions", "ExplainDecision", { RequestId: requestId }),
    );
    assert.ok(record.includes("ErrorCode"), `${attempt.kind}: ${attempt.what} is recorded: ${record}`);
  }

  // Nothing was taken and nothing broken: what may be done still works.
  assert.equal((await house.client.s3(house.alice, "GET", "/vault/home/alice/own")).text, "x");
  assert.equal((await house.client.s3(house.admin, "GET", "/vault/home/bob/diary")).text, "x");
  const groups = await house.client.call(house.admin, "logs", "DescribeLogGroups", {});
  assert.match(groups.text, /"secret"/);

  house.leap(SESSION_MS + 1_000);
  for (let count = 0; count < ATTEMPTS / 20; count++) await one(attempts.expired());
});

/** A record is on disk soon after the answer. */
async function eventually(ask: () => Promise<{ readonly code: string; readonly text: string }>): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const { code, text } = await ask();
    if (code === "") return text;
    assert.ok(attempt < 50, text);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
