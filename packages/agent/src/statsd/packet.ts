/** One measurement of a StatsD line. */
export interface StatsdLine {
  readonly name: string;
  readonly type: "counter" | "gauge" | "timing" | "set";
  /** Of a set: the member. */
  readonly text: string;
  readonly value: number;
  /** Of a gauge: the value is added to the one before. */
  readonly relative: boolean;
  /** Share of the events that were sent, above 0 up to 1. */
  readonly rate: number;
  readonly tags: ReadonlyMap<string, string>;
}

const TYPES: Readonly<Record<string, StatsdLine["type"]>> = {
  c: "counter",
  g: "gauge",
  ms: "timing",
  h: "timing",
  d: "timing",
  s: "set",
};

/** PutMetricData's bounds, less the dimensions that the agent adds itself. */
const MAX_TAGS = 25;
const MAX_NAME = 255;

/**
 * Reads `name:value|type|@rate|#tag:value,tag`, the form of the original's StatsD listener: several `value|type` may follow a
 * name, separated by colons. @returns undefined for a line that is none
 */
export function parseStatsdLine(line: string): readonly StatsdLine[] | undefined {
  // Tags may stand anywhere after the types, and their values may have colons.
  const tagsAt = line.indexOf("|#");
  const tagsEnd = tagsAt < 0 ? -1 : line.indexOf("|", tagsAt + 2);
  const tagText = tagsAt < 0 ? "" : line.slice(tagsAt + 2, tagsEnd < 0 ? undefined : tagsEnd);
  const body = tagsAt < 0 ? line : line.slice(0, tagsAt) + (tagsEnd < 0 ? "" : line.slice(tagsEnd));
  const colon = body.indexOf(":");
  const name = body.slice(0, colon).trim();
  if (colon <= 0 || name === "" || name.length > MAX_NAME) return undefined;
  const tags = parseTags(tagText);
  const found: StatsdLine[] = [];
  for (const part of body.slice(colon + 1).split(":")) {
    const [text = "", letter = "", ...options] = part.split("|");
    const type = TYPES[letter.trim()];
    const value = Number(text);
    if (type === undefined || text === "" || (type !== "set" && !Number.isFinite(value))) return undefined;
    const rateText = options.find((option) => option.startsWith("@"));
    const rate = rateText === undefined ? 1 : Number(rateText.slice(1));
    if (!(rate > 0 && rate <= 1)) return undefined;
    found.push({ name, type, text, value, relative: type === "gauge" && /^[+-]/.test(text), rate, tags });
  }
  return found;
}

function parseTags(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const tag of text.split(",")) {
    const colon = tag.search(/[:=]/);
    const name = colon < 0 ? tag : tag.slice(0, colon);
    const value = colon < 0 ? "" : tag.slice(colon + 1);
    // A dimension needs a value; a tag without one can not be a dimension.
    if (name !== "" && value !== "" && tags.size < MAX_TAGS) tags.set(name, value);
  }
  return tags;
}
