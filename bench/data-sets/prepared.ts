import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CallWriter } from "./call-writer.ts";
import { ChunkedFile } from "./chunked-file.ts";
import { GROUPS, type GroupName, mixedEvents } from "./mixed.ts";
import { encodeRow } from "./row-binary.ts";

/** One prepared PutLogEvents call: where its body stands in the file of calls. */
export type PreparedCall = {
  readonly offset: number;
  readonly length: number;
  readonly events: number;
  /** UTF-8 bytes of its messages. */
  readonly messageBytes: number;
};

/** The mixed events on disk, in every form that a case or a peer reads. Nothing is generated while something is timed. */
export type PreparedData = {
  readonly directory: string;
  readonly events: number;
  readonly seed: number;
  readonly start: number;
  readonly span: number;
  /** UTF-8 bytes of all messages, without line ends. */
  readonly messageBytes: number;
  readonly eventsOf: Readonly<Record<GroupName, number>>;
  readonly streams: readonly { readonly group: GroupName; readonly stream: string }[];
  /** As large as PutLogEvents allows. */
  readonly fullCalls: readonly PreparedCall[];
  /** What is left of each stream. */
  readonly restCalls: readonly PreparedCall[];
  /** A message on each line: what grep reads. */
  readonly messagesFile: string;
  /** The columns of the events table as RowBinary: what the engine's own bulk load reads. */
  readonly rowsFile: string;
  /** JSON bodies, one after another. */
  readonly callsFile: string;
};

/** Raised when the generator or the files change, so that older files are made again. */
const VERSION = 3;
const SEED = 42;
const DAY_MS = 86_400_000;
/** PutLogEvents takes events of the last 14 days; a set is made again well before. */
const USABLE_DAYS = 10;

/** Makes the data set in `directory`, or takes the one that is there. Some 10 s for each million events. */
export function prepareData(directory: string, events: number, now: number): PreparedData {
  const manifest = join(directory, "manifest.gen.json");
  if (existsSync(manifest)) {
    const found: PreparedData & { version: number } = JSON.parse(readFileSync(manifest, "utf8"));
    const fresh = found.start > now - USABLE_DAYS * DAY_MS;
    if (found.version === VERSION && found.events === events && found.seed === SEED && fresh) return found;
  }
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const data = write(directory, events, Math.floor(now / DAY_MS) * DAY_MS - DAY_MS);
  // The manifest comes last: files without one are unfinished.
  writeFileSync(`${manifest}.new`, JSON.stringify({ version: VERSION, ...data }));
  renameSync(`${manifest}.new`, manifest);
  return data;
}

function write(directory: string, events: number, start: number): PreparedData {
  const messagesFile = join(directory, "messages.txt");
  const rowsFile = join(directory, "events.rowbinary");
  const callsFile = join(directory, "calls.bodies");
  const messages = new ChunkedFile(messagesFile);
  const rows = new ChunkedFile(rowsFile);
  const calls = new CallWriter(callsFile);
  const eventsOf: Record<GroupName, number> = Object.assign({}, ...GROUPS.map((group) => ({ [group]: 0 })));
  const ids = new Map(GROUPS.map((group, i) => [group, i + 1]));
  let messageBytes = 0;
  let n = 0;
  for (const event of mixedEvents({ events, seed: SEED, start, span: DAY_MS })) {
    const message = Buffer.from(event.message);
    messages.write(message);
    messages.write(LINE_END);
    rows.write(encodeRow(event, ids.get(event.group) ?? 0, n, message));
    calls.add(event, message.length);
    eventsOf[event.group] += 1;
    messageBytes += message.length;
    n += 1;
  }
  messages.close();
  rows.close();
  const { full, rest, streams } = calls.close();
  return {
    directory,
    events,
    seed: SEED,
    start,
    span: DAY_MS,
    messageBytes,
    eventsOf,
    streams,
    fullCalls: full,
    restCalls: rest,
    messagesFile,
    rowsFile,
    callsFile,
  };
}

const LINE_END = Buffer.from("\n");
