import { sqlInteger, sqlNumber, sqlString } from "./sql-quote.ts";

/**
 * What is unusual about a pattern, judged by the query's own range: its last quarter is compared with the three before. Nothing
 * is trained or kept. Patterns are found in stages (pattern.ts); a {@link Trace} is gathered over the events and carried up
 * through the stages, and {@link findings} judges it at the end.
 */

/** The range is cut into so many intervals of equal length. */
const INTERVALS = 24;
/** The intervals that are the baseline. */
const BASELINE = 18;
/** Fewer events, or fewer intervals with any, are no baseline to judge by. */
const MIN_EVENTS = 30;
const MIN_INTERVALS = 6;
/** An interval is unusual with at least so many events, so many times the mean of the others. */
const MIN_PEAK = 10;
const PEAK_FACTOR = 4;
/** A place of a pattern that took no more different words than this in the baseline is expected to take no new one. */
const FEW_WORDS = 20;
/** Numbers of a message that are looked at. */
const MAX_NUMBERS = 8;
/** A number is unusual so many standard deviations above the mean, and so many times above what was largest before. */
const DEVIATIONS = 6;
const NUMBER_FACTOR = 2;
const MIN_HTTP_ERRORS = 5;

const HTTP_ERROR = String.raw`(?i)(?:http/[0-9.]+"? |status(?:[ _-]?code)?"?\s*[:=]\s*"?)[45][0-9]{2}\b`;

/** A value gathered for each pattern: over events first, then over groups of what was gathered. */
export interface Trace {
  readonly gather: string;
  readonly merge: (column: string) => string;
}

/** The names of what is gathered. */
export const TRACE_NAMES = ["history", "sums", "squares", "before", "since", "errorsBefore", "errorsSince"] as const;
export type TraceName = (typeof TRACE_NAMES)[number];

/** What to gather of events with these texts and times, between two times in milliseconds. */
export function traces(
  message: string,
  time: string,
  { startTimeMs, endTimeMs }: { readonly startTimeMs: number; readonly endTimeMs: number },
): Readonly<Record<TraceName, Trace>> {
  const length = Math.max(1, Math.ceil((endTimeMs - startTimeMs + 1) / INTERVALS));
  const interval = `toUInt8(greatest(0, least(${INTERVALS - 1}, intDiv(toUnixTimestamp64Milli(${time}) - ${sqlInteger(startTimeMs)}, ${sqlInteger(length)}))))`;
  const early = `${interval} < ${BASELINE}`;
  const numbers = `arrayMap(n -> toFloat64(n), arraySlice(extractAll(substring(${message}, 1, 4000), '[0-9]{1,15}(?:\\\\.[0-9]{1,6})?'), 1, ${MAX_NUMBERS}))`;
  const isError = `match(${message}, ${sqlString(HTTP_ERROR)})`;
  const summed = (gather: string): Trace => ({ gather, merge: (column) => `sum(${column})` });
  const each = (how: "sum" | "max", gather: string): Trace => ({
    gather,
    merge: (column) => `${how}ForEach(${column})`,
  });
  return {
    history: each("sum", `countResample(0, ${INTERVALS}, 1)(${interval})`),
    sums: each("sum", `sumForEachIf(${numbers}, ${early})`),
    squares: each("sum", `sumForEachIf(arrayMap(n -> n * n, ${numbers}), ${early})`),
    before: each("max", `maxForEachIf(${numbers}, ${early})`),
    since: each("max", `maxForEachIf(${numbers}, NOT (${early}))`),
    errorsBefore: summed(`countIf(${isError} AND ${early})`),
    errorsSince: summed(`countIf(${isError} AND NOT (${early}))`),
  };
}

/** The word, where it came up in its place only after the baseline, and few others had stood there; else empty. Windows are over all words of all places. */
export function newWord(word: string, place: string, history: string): string {
  const before = `arraySum(arraySlice(${history}, 1, ${BASELINE}))`;
  const window = `PARTITION BY ${place}`;
  return `if(sum(${before}) OVER (${window}, ${word}) = 0 AND sum(${before}) OVER (${window}) >= ${MIN_EVENTS} AND uniqExactIf(${word}, ${before} > 0) OVER (${window}) BETWEEN 2 AND ${FEW_WORDS}, ${word}, '')`;
}

/** Kinds, sentences about them, and the priority, as SQL over what was gathered. `all` is the history of all patterns together. */
export function findings(
  of: Readonly<Record<TraceName, string>>,
  all: string,
  word: string,
  severity: string,
): { readonly kinds: string; readonly description: string; readonly priority: string } {
  const before = `arraySum(arraySlice(${of.history}, 1, ${BASELINE}))`;
  const since = `arraySum(arraySlice(${of.history}, ${BASELINE + 1}))`;
  const judged = `(arraySum(arraySlice(${all}, 1, ${BASELINE})) >= ${MIN_EVENTS} AND arrayCount(n -> n > 0, ${all}) >= ${MIN_INTERVALS})`;
  const peak = `arrayMax(${of.history})`;
  const mean = `((arraySum(${of.history}) - ${peak}) / greatest(1, arrayCount(n -> n > 0, ${all}) - 1))`;
  const isNew = `(${before} = 0)`;
  const isFrequent = `(NOT ${isNew} AND ${peak} >= ${MIN_PEAK} AND ${peak} > ${PEAK_FACTOR} * ${mean})`;
  const limit = `arrayMap((s, q, m) -> greatest(s / ${before} + ${DEVIATIONS} * sqrt(greatest(0, q / ${before} - pow(s / ${before}, 2))), ${NUMBER_FACTOR} * m), ${of.sums}, ${of.squares}, ${of.before})`;
  const jumped = `arrayFirstIndex((m, l) -> m > l, arrayResize(${of.since}, length(${of.sums}), toFloat64(0)), ${limit})`;
  const isNumber = `(${before} >= ${MIN_EVENTS} AND ${jumped} > 0)`;
  const isError = `(${of.errorsSince} >= ${MIN_HTTP_ERRORS} AND ${of.errorsSince} / greatest(1, ${since}) > 2 * (${of.errorsBefore} / greatest(1, ${before})))`;
  const shown = (number: string) => `toString(round(${number}, 2))`;
  const kinds: readonly (readonly [test: string, kind: string, sentence: string])[] = [
    [
      isFrequent,
      "PatternFrequency",
      `concat('Came up ', toString(${peak}), ' times in one interval, ', ${shown(mean)}, ' times in others.')`,
    ],
    [isNew, "NewPattern", "'Came up for the first time in the last quarter of the range.'"],
    [`(${word} != '')`, "TokenVariation", `concat('A new value stands in it: ', ${word}, '.')`],
    [
      isNumber,
      "NumericalToken",
      `concat('A number rose to ', ${shown(`${of.since}[${jumped}]`)}, ', from at most ', ${shown(`${of.before}[${jumped}]`)}, ' before.')`,
    ],
    [
      isError,
      "HttpErrorCode",
      `concat(toString(${of.errorsSince}), ' HTTP errors, after ', toString(${of.errorsBefore}), ' before.')`,
    ],
  ];
  const list = (pick: (kind: (typeof kinds)[number]) => string, separator: string) =>
    `arrayStringConcat(arrayFilter(k -> k != '', [${kinds.map((kind) => `if(${judged} AND ${kind[0]}, ${pick(kind)}, '')`).join(", ")}]), '${separator}')`;
  const found = list(([, kind]) => `'${kind}'`, ", ");
  return {
    kinds: `nullIf(${found}, '')`,
    description: `nullIf(${list(([, , sentence]) => sentence, " ")}, '')`,
    priority: `multiIf(${found} = '', NULL, ${severity} IN ('FATAL', 'ERROR') OR position(${found}, 'HttpErrorCode') > 0, 'HIGH', ${severity} = 'WARN' OR position(${found}, ', ') > 0, 'MEDIUM', 'LOW')`,
  };
}

/** Orders priorities, the highest largest; patterns without one are 0. */
export function rank(priority: string): string {
  return `multiIf(ifNull(${priority}, '') = 'HIGH', ${sqlNumber(3)}, ifNull(${priority}, '') = 'MEDIUM', ${sqlNumber(2)}, ifNull(${priority}, '') = 'LOW', ${sqlNumber(1)}, ${sqlNumber(0)})`;
}
