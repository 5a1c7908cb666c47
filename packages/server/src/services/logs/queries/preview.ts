import { setTimeout as delay } from "node:timers/promises";
import type { Engine } from "@nephoscope/engine";
import type { CompiledQuery } from "@nephoscope/languages";
import type { TimeRange } from "./query-scope.ts";
import { statementSettings } from "./statement-settings.ts";

/** The first part of the range that is looked at, from its end, in milliseconds; each next one is so many times longer. */
const FIRST_PART_MS = 60_000;
const GROWTH = 8;
/** A longer part than one that took so long would take long enough for people to wait for the real rows. */
const QUICK_MS = 400;
/** Once there is something to look at, further parts take no more of the query's time than one part in so many. */
const SHARE = 4;

/**
 * What a query gives over ever longer ends of its range, for people to look at while it reads the whole: `show` is handed all
 * rows of each. Once rows are shown, each next part waits until the query has run for long enough to bear its cost. It ends when a
 * part without rows took long, at the beginning of the range, or with `signal`.
 */
export async function preview(
  engine: Engine,
  query: { readonly compileFor: (part: TimeRange) => CompiledQuery; readonly range: TimeRange },
  signal: AbortSignal,
  show: (compiled: CompiledQuery, rows: readonly (readonly unknown[])[]) => void,
): Promise<void> {
  const { startTimeMs, endTimeMs } = query.range;
  const start = performance.now();
  let shown = false;
  for (let length = FIRST_PART_MS; length < endTimeMs - startTimeMs; length *= GROWTH) {
    const compiled = query.compileFor({ startTimeMs: endTimeMs - length, endTimeMs });
    const began = performance.now();
    const rows = await engine.client.rows<unknown[]>({
      sql: compiled.sql,
      settings: statementSettings(compiled.sql),
      params: compiled.params,
      signal,
    });
    if (signal.aborted) return;
    if (rows.length > 0) {
      show(compiled, rows);
      shown = true;
    }
    const took = performance.now() - began;
    if (!shown && took > QUICK_MS) return;
    if (shown) await waited(start + SHARE * GROWTH * took - performance.now(), signal);
    if (signal.aborted) return;
  }
}

/** Ends early, and well, with the signal. */
async function waited(ms: number, signal: AbortSignal): Promise<void> {
  await delay(Math.max(0, ms), undefined, { signal }).catch(() => {});
}
