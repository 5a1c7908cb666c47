import assert from "node:assert/strict";
import type { Reply, SignOptions, Victim } from "./victim.ts";

/** One row of a query's result, by field. */
export type Row = Readonly<Record<string, string>>;

export interface Finished {
  readonly queryId: string;
  readonly status: unknown;
  readonly rows: readonly Row[];
}

/** Runs a query to its end; a refusal at the start is given as the reply. */
export async function query(victim: Victim, input: object, sign?: SignOptions): Promise<Finished | Reply> {
  const started = await victim.call("StartQuery", input, sign);
  if (started.status !== 200) return started;
  const { queryId } = started.body;
  assert.ok(typeof queryId === "string");
  for (;;) {
    const { status, results } = await victim.done("GetQueryResults", { queryId }, sign);
    if (status === "Running" || status === "Scheduled") continue;
    const rows = (results as { field: string; value: string }[][]).map((row) =>
      Object.fromEntries(row.map(({ field, value }) => [field, value])),
    );
    return { queryId, status, rows };
  }
}

/** A range that holds everything the tests write. */
export function aroundNow(): { startTime: number; endTime: number } {
  const now = Math.floor(Date.now() / 1_000);
  return { startTime: now - 7_200, endTime: now + 3_600 };
}
