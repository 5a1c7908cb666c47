/** One entry of `journalctl --output=json`. */
export interface JournalEntry {
  readonly cursor: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly message: string;
  readonly unit: string | undefined;
}

/** @returns undefined for a line that is no entry, or has no message */
export function parseJournalEntry(line: string): JournalEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const message = textOf(fields.MESSAGE);
  const cursor = fields.__CURSOR;
  const time = Number(fields.__REALTIME_TIMESTAMP);
  if (typeof cursor !== "string" || !Number.isFinite(time) || message === undefined) return undefined;
  return { cursor, at: Math.floor(time / 1000), message, unit: textOf(fields._SYSTEMD_UNIT) };
}

/** A message that is no UTF-8 comes as a list of bytes, one that was sent twice as a list of texts. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  if (value.every((item) => typeof item === "number")) return Buffer.from(value).toString();
  return value.filter((item) => typeof item === "string").join("\n");
}
