import type { Engine } from "@nephoscope/engine";
import type { CompiledQuery } from "@nephoscope/languages";
import type { TimeRange } from "./query-scope.ts";
import { statementSettings } from "./statement-settings.ts";

/** The first part of the range that is looked at, from its end, in milliseconds; each next one is so many times longer. */
const FIRST_PART_MS = 60_000;
const GROWTH = 8;
/** A longer part than one that took so long would take long enough for people to wait for the real rows. */
const QUICK_MS = 400;

/**
 * What a query gives over ever longer ends of its range, for people to look at while it reads the whole: `show` is handed all
 * rows of each. It ends when a part took long, at the beginning of the range, or with `signal`.
 */
export async function preview(
  engine: Engine,
  query: { readonly compileFor: (part: TimeRange) => CompiledQuery; readonly range: TimeRange },
  signal: AbortSignal,
  show: (compiled: CompiledQuery, rows: readonly (readonly unknown[])[]) => void,
): Promise<void> {
  const { startTimeMs, endTimeMs } = query.range;
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
    if (rows.length > 0) show(compiled, rows);
    if (performance.now() - began > QUICK_MS) return;
  }
}
