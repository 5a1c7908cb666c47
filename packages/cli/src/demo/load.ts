import { CommandError } from "../command.ts";
import { AnsweredError } from "../connection/signed-calls.ts";
import type { Day } from "./day.ts";
import type { LogsClient } from "./logs-client.ts";
import type { SampleEvent, Source } from "./source.ts";

/** AWS's bounds on one PutLogEvents call; each event counts 26 bytes besides its message. */
const MAX_EVENTS = 10_000;
const MAX_BYTES = 1_048_576;
const EVENT_OVERHEAD = 26;
/** Puts under way at once: enough to keep a server busy, few enough to stay small in memory. */
const PARALLEL_PUTS = 4;

export interface Loaded {
  readonly source: string;
  readonly group: string;
  readonly streams: number;
  readonly events: number;
  /** UTF-8 bytes of the messages. */
  readonly bytes: number;
  readonly seconds: number;
}

export interface LoadOptions {
  readonly client: LogsClient;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told after each acknowledged put. */
  readonly progress: (events: number, bytes: number) => void;
}

interface Batch {
  readonly events: SampleEvent[];
  bytes: number;
}

/** Stores a source's events: makes its group and streams, and puts batches, several at once. */
export async function load(
  source: Source,
  events: Iterable<SampleEvent>,
  { client, now, progress }: LoadOptions,
): Promise<Loaded> {
  const began = now();
  const totals = { events: 0, bytes: 0 };
  const batches = new Map<string, Batch>();
  const puts = new ParallelTasks(PARALLEL_PUTS);
  const send = (stream: string, { events: batch, bytes }: Batch) =>
    puts.start(async () => {
      await putBatch(client, source.group, stream, batch);
      totals.events += batch.length;
      totals.bytes += bytes;
      progress(batch.length, bytes);
    });

  await createUnlessThere(client, "CreateLogGroup", { logGroupName: source.group });
  for (const event of events) {
    let batch = batches.get(event.stream);
    if (batch === undefined) {
      await createUnlessThere(client, "CreateLogStream", { logGroupName: source.group, logStreamName: event.stream });
      batch = { events: [], bytes: 0 };
      batches.set(event.stream, batch);
    }
    const bytes = Buffer.byteLength(event.message);
    const full = batch.bytes + bytes + (batch.events.length + 1) * EVENT_OVERHEAD > MAX_BYTES;
    if (full || batch.events.length === MAX_EVENTS) {
      await send(event.stream, batch);
      batch = { events: [], bytes: 0 };
      batches.set(event.stream, batch);
    }
    batch.events.push(event);
    batch.bytes += bytes;
  }
  for (const [stream, batch] of batches) await send(stream, batch);
  await puts.end();
  return {
    source: source.name,
    group: source.group,
    streams: batches.size,
    ...totals,
    seconds: (now() - began) / 1000,
  };
}

/** Tells whether the stream of a source's first event holds anything from the day. */
export async function holdsSample(
  client: LogsClient,
  source: Source,
  events: Iterable<SampleEvent>,
  day: Day,
): Promise<boolean> {
  for (const { stream } of events) {
    try {
      const answer = await client.call("GetLogEvents", {
        logGroupName: source.group,
        logStreamName: stream,
        startTime: day.start,
        endTime: day.end,
        startFromHead: true,
        limit: 1,
      });
      return Array.isArray(answer.events) && answer.events.length > 0;
    } catch (error) {
      if (error instanceof AnsweredError && error.code === "ResourceNotFoundException") return false;
      throw error;
    }
  }
  return false;
}

async function putBatch(
  client: LogsClient,
  logGroupName: string,
  logStreamName: string,
  batch: readonly SampleEvent[],
): Promise<void> {
  const logEvents = batch
    .toSorted((a, b) => a.timestamp - b.timestamp)
    .map(({ timestamp, message }) => ({ timestamp, message }));
  const answer = await client.call("PutLogEvents", { logGroupName, logStreamName, logEvents });
  if (answer.rejectedLogEventsInfo !== undefined) {
    const why = JSON.stringify(answer.rejectedLogEventsInfo);
    throw new CommandError(
      `the server rejected some events of ${logGroupName}, ${logStreamName}: ${why}. Is its clock right, and does the group keep events for two days?`,
    );
  }
}

async function createUnlessThere(client: LogsClient, operation: string, input: Record<string, unknown>): Promise<void> {
  try {
    await client.call(operation, input);
  } catch (error) {
    if (!(error instanceof AnsweredError) || error.code !== "ResourceAlreadyExistsException") throw error;
  }
}

/** Runs tasks side by side, at most so many at once. After a failure no further one starts. */
class ParallelTasks {
  readonly #most: number;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves when the task has started. @throws what an earlier task threw */
  async start(task: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#most) await Promise.race(this.#running);
    if (this.#failure !== undefined) await this.end();
    const running = task()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Waits for all. @throws what the first failed task threw */
  async end(): Promise<void> {
    await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
