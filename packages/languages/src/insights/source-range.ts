import { spanFrom } from "./parse-name.ts";
import { parsePeriod, spanMilliseconds } from "./period.ts";
import type { TimeRange } from "./period-before.ts";
import type { Span } from "./syntax-error.ts";
import { describe, type TokenReader } from "./token-reader.ts";

/** A moment as SOURCE writes it: `1700000000000` (epoch ms), `now`, or so long before it (`-1d`). */
export type SourceMoment = { readonly atMs: number } | { readonly beforeNowMs: number };

/** `START=… END=…` behind the names of SOURCE; either may be missing. */
export interface SourceRange {
  readonly start: SourceMoment | undefined;
  readonly end: SourceMoment | undefined;
  readonly span: Span;
}

/** The range that a source reads: what it says itself, else that of the query around it. Both ends inclusive. */
export function rangeOfSource(range: SourceRange | undefined, around: TimeRange, nowMs: number): TimeRange {
  const moment = (written: SourceMoment | undefined, otherwise: number) => {
    if (written === undefined) return otherwise;
    return "atMs" in written ? written.atMs : nowMs - written.beforeNowMs;
  };
  return {
    startTimeMs: moment(range?.start, around.startTimeMs),
    endTimeMs: moment(range?.end, around.endTimeMs),
  };
}

/** Reads what the names of SOURCE are followed by; undefined when they stand alone. */
export function parseSourceRange(reader: TokenReader): SourceRange | undefined {
  const first = reader.peek();
  const found: { start?: SourceMoment; end?: SourceMoment } = {};
  for (;;) {
    const edge = reader.isWord("start") ? "start" : reader.isWord("end") ? "end" : undefined;
    if (edge === undefined) break;
    const word = reader.next();
    if (found[edge] !== undefined) reader.fail(`${word.text} stands twice. Remove one.`, word.span);
    reader.expectOperator("=", `Write ${word.text}=-1d, ${word.text}=now or epoch milliseconds.`);
    found[edge] = parseMoment(reader);
  }
  if (found.start === undefined && found.end === undefined) return undefined;
  const span = spanFrom(reader, first);
  if (!canFollow(found.start, found.end)) reader.fail("START is later than END. Exchange them.", span);
  return Object.freeze({ start: found.start, end: found.end, span });
}

function parseMoment(reader: TokenReader): SourceMoment {
  if (reader.acceptWord("now")) return Object.freeze({ beforeNowMs: 0 });
  const earlier = reader.acceptOperator("-");
  const token = reader.next();
  if (earlier && token.kind === "duration") {
    const beforeNowMs = spanMilliseconds(parsePeriod(token.text, token.span));
    if (beforeNowMs !== undefined) return Object.freeze({ beforeNowMs });
  }
  const atMs = !earlier && token.kind === "number" ? Number(token.text) : Number.NaN;
  if (Number.isSafeInteger(atMs) && atMs <= LAST_MS) return Object.freeze({ atMs });
  return reader.fail(
    `Expected a moment but found ${describe(token)}. Write epoch milliseconds, now, or a span before now such as -1d.`,
    token.span,
  );
}

/** Two moments of the same kind are in order; of two kinds only the run knows. */
function canFollow(start: SourceMoment | undefined, end: SourceMoment | undefined): boolean {
  if (start === undefined || end === undefined) return true;
  if ("atMs" in start) return !("atMs" in end) || start.atMs <= end.atMs;
  return "atMs" in end || start.beforeNowMs >= end.beforeNowMs;
}

/** The last moment that the engine's DateTime64(3) shows (2299-12-31). */
const LAST_MS = 10_413_791_999_999;
