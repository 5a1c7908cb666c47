import { sqlInteger, sqlString } from "./sql-quote.ts";

/**
 * The pattern of a message: its text with the varying tokens replaced by their
 * kinds. What is found here in the engine's SQL, stage by stage:
 *
 * 1. Runs of digits are made equal ({@link COLLAPSED}), which is cheap and turns
 *    millions of messages into few groups; everything after works on one message of each.
 * 2. Tokens whose form tells that they vary (times, addresses, identifiers,
 *    numbers) become marks of their kind ({@link markKinds}).
 * 3. Of the words that are left, those vary that stand between the same
 *    neighbours as many others ({@link generalised}).
 */

/** Longer messages are alike or not by their beginning; it bounds what one message costs. */
const MAX_TEXT = 4_000;
/** Different forms that are looked at, the most frequent first. */
export const MAX_FORMS = 20_000;
/** So many different words in one place show that the place varies ... */
const MIN_VARIANTS = 8;
/** ... except for words that make up so much of the place's messages. */
const FREQUENT = 0.15;

/** Marks enclose the name of a kind; no message may hold them, so they are removed first. */
const MARK = "\u0001";
const END = "\u0002";
/** Stands for a word in the shape of a message. */
const WORD = "\u0003";

/** Kinds by form, in the order in which they are looked for. The replacement may keep a unit behind the value. */
const KINDS: readonly (readonly [name: string, regex: string, kept?: string])[] = [
  ["URL", String.raw`\bhttps?://[^\s"'<>\x01\x02]+`],
  [
    "Time",
    String.raw`\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?|\b\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2}(?: [+-]\d{4})?|\b(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2}(?: \d{4})?|\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?\b`,
  ],
  ["Date", String.raw`\b\d{4}[-/]\d{2}[-/]\d{2}\b`],
  ["UUID", String.raw`\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b`],
  ["Email", String.raw`\b[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\b`],
  ["IPAddress", String.raw`\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-fA-F]{1,4}:){3,7}:?[0-9a-fA-F]{1,4}\b`],
  ["Hex", String.raw`\b0[xX][0-9a-fA-F]+\b`],
  ["Number", String.raw`\b\d+(?:\.\d+)?(ns|us|ms|s|m|h|B|KB|MB|GB|KiB|MiB|GiB)\b`, String.raw`\1`],
  ["ID", String.raw`\b(?:[A-Za-z]+[_-]?)*(?:[A-Za-z_]+[0-9]|[0-9]+[A-Za-z_])[\w]*(?:-[\w]+)*\b`],
  ["Number", String.raw`\b\d+(?:\.\d+)?\b`],
];

/** The message with runs of digits, and of hexadecimal digits among which is one, made equal. */
export function collapsed(text: string): string {
  return `replaceRegexpAll(substring(${text}, 1, ${MAX_TEXT}), '[0-9a-fA-F]*[0-9][0-9a-fA-F]*', '0')`;
}

/** The message with a mark in place of every token whose form tells its kind. */
export function markKinds(text: string): string {
  const clean = `replaceRegexpAll(toValidUTF8(substring(${text}, 1, ${MAX_TEXT})), '[\\\\x01-\\\\x03]', ' ')`;
  return KINDS.reduce((sql, [name, regex, kept = ""]) => {
    return `replaceRegexpAll(${sql}, ${sqlString(regex)}, ${sqlString(`${MARK}${name}${END}${kept}`)})`;
  }, clean);
}

const TOKEN = sqlString(String.raw`\x01[A-Za-z]+\x02|[\pL\pN_]+|[^\pL\pN_\x01]+`);
const isWord = (token: string) => `match(${token}, ${sqlString(String.raw`^[\x01\pL\pN_]`)})`;

export function tokens(marked: string): string {
  return `extractAll(${marked}, ${TOKEN})`;
}

export function words(list: string): string {
  return `arrayFilter(t -> ${isWord("t")}, ${list})`;
}

/** What stands between the words; messages of different shapes are never of one pattern. */
export function shape(list: string): string {
  return `arrayStringConcat(arrayMap(t -> if(${isWord("t")}, ${sqlString(WORD)}, t), ${list}))`;
}

/**
 * The word in a place, or a mark where it varies: given windows over all words in the place between the same neighbour.
 * It takes the kind that others in its place have by their form, so that `u1` and `ann` are of one pattern.
 */
export function generalised(word: string, place: string, neighbours: readonly string[], weight: string): string {
  const mark = sqlString(MARK);
  const windows = neighbours.map((side) => `PARTITION BY ${place}, ${side}`);
  const varied = windows.map(
    (window) =>
      `(uniqExact(${word}) OVER (${window}) >= ${MIN_VARIANTS} AND sum(${weight}) OVER (${window}, ${word}) < ${FREQUENT} * sum(${weight}) OVER (${window}))`,
  );
  const kinds = windows.map((window) => `max(if(startsWith(${word}, ${mark}), ${word}, '')) OVER (${window})`);
  const kind = `multiIf(${kinds.map((each) => `${each} != '', ${each}`).join(", ")}, ${sqlString(`${MARK}Token${END}`)})`;
  return `if(NOT startsWith(${word}, ${mark}) AND (${varied.join(" OR ")}), ${kind}, ${word})`;
}

/** The pattern as it is shown: marks become `<Name-N>`, N counting the varying tokens of the pattern. */
export function shown(shapeSql: string, wordsSql: string): string {
  const marked = `startsWith(w, ${sqlString(MARK)})`;
  const ordinals = `arrayCumSum(arrayMap(w -> ${marked}, ${wordsSql}))`;
  const rendered = `arrayMap((w, o) -> if(${marked}, concat('<', substring(w, 2, length(w) - 2), '-', toString(o), '>'), w), ${wordsSql}, ${ordinals})`;
  return `arrayStringConcat(arrayMap((p, w) -> concat(p, w), splitByChar(${sqlString(WORD)}, ${shapeSql}), arrayPushBack(${rendered}, '')))`;
}

/** The severity that a pattern names, by the words that loggers write. */
export function severity(pattern: string): string {
  const levels = [
    ["FATAL", "fatal|critical|crit|emerg|emergency|panic"],
    ["ERROR", "error|err|severe|exception|failed|failure"],
    ["WARN", "warn|warning"],
    ["INFO", "info|notice"],
    ["DEBUG", "debug"],
    ["TRACE", "trace|verbose"],
  ];
  const cases = levels.map(([label, names]) => `match(${pattern}, ${sqlString(`(?i)\\b(?:${names})\\b`)}), '${label}'`);
  return `multiIf(${cases.join(", ")}, 'NONE')`;
}

/** Condition on an event's time: within the range, both ends inclusive. */
export function within(time: string, startMs: number, endMs: number): string {
  const at = (ms: number) => `fromUnixTimestamp64Milli(${sqlInteger(Math.max(0, ms))}, 'UTC')`;
  return `${time} >= ${at(startMs)} AND ${time} <= ${at(endMs)}`;
}
