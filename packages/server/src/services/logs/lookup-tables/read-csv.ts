import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { CsvError, parse } from "csv-parse";

/** Largest content (API reference, CreateLookupTable). */
export const MAX_TABLE_BYTES = 10 * 1_048_576;

/** AWS publishes neither; the names are kept and listed with the table, so they must be few and short. */
const MAX_COLUMNS = 1_000;
const MAX_COLUMN_NAME = 256;

/** Text that is no table; the message is for the caller. */
export class TableRefused extends Error {
  override readonly name = "TableRefused";
}

/** Characters parsed at once, which takes some milliseconds at most: other calls get their turn in between. */
const CHUNK = 16_384;

/**
 * The rows of a CSV text (RFC 4180), the one with the columns' names first. A byte order mark and empty lines are left
 * out.
 * @throws TableRefused when the text is no CSV, or its rows are not equally long
 */
export async function* readCsv(text: string): AsyncGenerator<readonly string[], void, void> {
  const parser = Readable.from(chunksOf(text)).pipe(
    parse({ bom: true, skip_empty_lines: true, record_delimiter: ["\r\n", "\n"] }),
  );
  try {
    for await (const row of parser) yield row as string[];
  } catch (error) {
    if (error instanceof CsvError) throw new TableRefused(`The table is not valid CSV: ${error.message}.`);
    throw error;
  }
}

async function* chunksOf(text: string): AsyncGenerator<string> {
  for (let from = 0; from < text.length; from += CHUNK) {
    yield text.slice(from, from + CHUNK);
    // Streams alone never let the event loop go round.
    await setImmediate();
  }
}

/** What is known of a table without its rows. */
export interface TableShape {
  readonly tableFields: readonly string[];
  readonly recordsCount: number;
  readonly sizeBytes: number;
}

/**
 * Reads a table through and checks it.
 * @throws TableRefused
 */
export async function inspectTable(text: string): Promise<TableShape> {
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > MAX_TABLE_BYTES) {
    throw new TableRefused(`The table has ${sizeBytes} bytes; at most ${MAX_TABLE_BYTES} are allowed.`);
  }
  if (!text.isWellFormed()) throw new TableRefused("The table is not valid UTF-8.");
  let tableFields: readonly string[] | undefined;
  let recordsCount = 0;
  for await (const row of readCsv(text)) {
    if (tableFields === undefined) tableFields = row;
    else recordsCount++;
  }
  if (tableFields === undefined) throw new TableRefused("The table has no first row with the names of its columns.");
  checkNames(tableFields);
  return { tableFields, recordsCount, sizeBytes };
}

function checkNames(names: readonly string[]): void {
  if (names.length > MAX_COLUMNS) {
    throw new TableRefused(`The table has ${names.length} columns; at most ${MAX_COLUMNS} are allowed.`);
  }
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (name.trim() === "") throw new TableRefused(`Column ${index + 1} of the table has no name.`);
    if (name.length > MAX_COLUMN_NAME) {
      throw new TableRefused(`The name of column ${index + 1} is longer than ${MAX_COLUMN_NAME} characters.`);
    }
    if (seen.has(name)) throw new TableRefused(`Two columns of the table are named ${name}.`);
    seen.add(name);
  }
}
