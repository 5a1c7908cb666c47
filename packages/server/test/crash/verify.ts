import { setTimeout as pause } from "node:timers/promises";
import { eventOf, type Ledger, readId, type SentCall } from "./ledger.ts";
import { PLACES, PROBED } from "./places.ts";
import type { SignedClient } from "./signed-client.ts";

/** What reading everything back has shown. The lists name events, the first few of each kind. */
export interface Findings {
  /** Acknowledged and not there. */
  lost: number;
  /** There more than once. */
  doubled: number;
  /** Sent by nobody, or with another text or time than was sent. */
  altered: number;
  /** A writer's events in another order than by time and, within it, by when they were sent. */
  misplaced: number;
  /** Times of streams, sizes of groups, or FilterLogEvents not in accord with what GetLogEvents gave. */
  miscounted: number;
  readonly examples: string[];
}

export function noFindings(): Findings {
  return { lost: 0, doubled: 0, altered: 0, misplaced: 0, miscounted: 0, examples: [] };
}

type Kind = Exclude<keyof Findings, "examples">;
const EXAMPLES = 20;

function note(findings: Findings, kind: Kind, example: string, count = 1): void {
  findings[kind] += count;
  if (findings.examples.length < EXAMPLES) findings.examples.push(`${kind}: ${example}`);
}

interface ReadEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** What a stream really holds. */
interface Holding {
  events: number;
  bytes: number;
  firstMs: number;
  lastMs: number;
}

/** Each event counts for so much besides its message (CloudWatch Logs, PutLogEvents). */
const EVENT_OVERHEAD = 26;
/** Times and sizes may lag (AWS: an hour); after this they are wrong. */
const LAG_MS = 20_000;

/** Reads every stream to its end and compares it with what was sent. Nothing may be under way. */
export async function verifyAll(client: SignedClient, ledger: Ledger, findings: Findings): Promise<void> {
  const byStream = Map.groupBy(ledger, (call) => JSON.stringify([call.group, call.stream]));
  for (const { group, streams } of PLACES) {
    const holdings = new Map<string, Holding>();
    for (const stream of group === PROBED.group ? [...streams, PROBED.stream] : streams) {
      const calls = byStream.get(JSON.stringify([group, stream])) ?? [];
      holdings.set(stream, await verifyStream(client, group, stream, calls, findings));
    }
    await verifyFilter(client, group, holdings, findings);
    await verifyCounts(client, group, holdings, findings);
  }
}

async function verifyStream(
  client: SignedClient,
  group: string,
  stream: string,
  calls: readonly SentCall[],
  findings: Findings,
): Promise<Holding> {
  const place = `${group} ${stream}`;
  const byId = new Map(calls.map((call) => [`${call.writer}/${call.number}`, call]));
  const seen = new Map(calls.map((call) => [call, new Uint8Array(call.events)]));
  const latest = new Map<string, readonly number[]>();
  const holding: Holding = { events: 0, bytes: 0, firstMs: Number.POSITIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY };
  let previousMs = 0;
  for await (const event of readStream(client, group, stream)) {
    holding.events++;
    holding.bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD;
    holding.firstMs = Math.min(holding.firstMs, event.timestamp);
    holding.lastMs = Math.max(holding.lastMs, event.timestamp);
    if (event.timestamp < previousMs) note(findings, "misplaced", `${place}: ${event.timestamp} after ${previousMs}`);
    previousMs = event.timestamp;

    const id = readId(event.message);
    const call = id === undefined ? undefined : byId.get(`${id.writer}/${id.number}`);
    const marks = call === undefined ? undefined : seen.get(call);
    if (id === undefined || call === undefined || marks === undefined || id.index >= call.events) {
      note(findings, "altered", `${place}: ${JSON.stringify(event.message.slice(0, 80))} was never sent there`);
      continue;
    }
    const sent = eventOf(call, id.index);
    if (sent.message !== event.message || sent.timestamp !== event.timestamp) {
      note(findings, "altered", `${place}: ${id.writer}/${id.number}/${id.index} came back otherwise`);
    }
    marks[id.index] = (marks[id.index] ?? 0) + 1;
    const position = [event.timestamp, id.number, id.index];
    const before = latest.get(id.writer);
    if (before !== undefined && marks[id.index] === 1 && compare(position, before) < 0) {
      note(findings, "misplaced", `${place}: ${id.writer} ${position.join("/")} after ${before.join("/")}`);
    }
    latest.set(id.writer, position);
  }
  for (const [call, marks] of seen) {
    const name = `${place}: ${call.writer}/${call.number} (${call.events} events, ${call.outcome})`;
    const doubled = marks.reduce((sum, times) => sum + Math.max(0, times - 1), 0);
    if (doubled > 0) note(findings, "doubled", `${name}: ${doubled} too many`, doubled);
    const absent = marks.filter((times) => times === 0).length;
    if (absent > 0 && call.outcome === "acknowledged") note(findings, "lost", `${name}: ${absent} absent`, absent);
    if (call.outcome === "under way") throw new Error(`${name} is not settled`);
  }
  return holding;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) {
    const difference = value - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

async function* readStream(client: SignedClient, group: string, stream: string): AsyncIterable<ReadEvent> {
  let nextToken: string | undefined;
  for (;;) {
    const page: { events: ReadEvent[]; nextForwardToken: string } = await client.call("GetLogEvents", {
      logGroupName: group,
      logStreamName: stream,
      startFromHead: true,
      nextToken,
    });
    yield* page.events;
    // The same token again is the sign of the end.
    if (page.nextForwardToken === nextToken) return;
    nextToken = page.nextForwardToken;
  }
}

/** FilterLogEvents must give the same events, in order of time over all streams. */
async function verifyFilter(
  client: SignedClient,
  group: string,
  holdings: ReadonlyMap<string, Holding>,
  findings: Findings,
): Promise<void> {
  const counts = new Map<string, number>();
  let previousMs = 0;
  let nextToken: string | undefined;
  do {
    const page: { events: (ReadEvent & { logStreamName: string })[]; nextToken?: string } = await client.call(
      "FilterLogEvents",
      { logGroupName: group, nextToken },
    );
    for (const { timestamp, logStreamName } of page.events) {
      counts.set(logStreamName, (counts.get(logStreamName) ?? 0) + 1);
      if (timestamp < previousMs)
        note(findings, "misplaced", `${group}: FilterLogEvents: ${timestamp} after ${previousMs}`);
      previousMs = timestamp;
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  for (const [stream, { events }] of holdings) {
    const filtered = counts.get(stream) ?? 0;
    if (filtered !== events) note(findings, "miscounted", `${group} ${stream}: ${filtered} filtered, ${events} read`);
  }
}

interface Described {
  readonly logStreamName: string;
  readonly firstEventTimestamp?: number;
  readonly lastEventTimestamp?: number;
}

async function verifyCounts(
  client: SignedClient,
  group: string,
  holdings: ReadonlyMap<string, Holding>,
  findings: Findings,
): Promise<void> {
  const deadline = performance.now() + LAG_MS;
  for (;;) {
    const wrong = await wrongCounts(client, group, holdings);
    if (wrong.length === 0) return;
    if (performance.now() > deadline) {
      for (const text of wrong) note(findings, "miscounted", text);
      return;
    }
    await pause(500);
  }
}

async function wrongCounts(client: SignedClient, group: string, holdings: ReadonlyMap<string, Holding>) {
  const wrong: string[] = [];
  const { logStreams } = await client.call<{ logStreams: Described[] }>("DescribeLogStreams", { logGroupName: group });
  for (const [stream, { events, firstMs, lastMs }] of holdings) {
    const found = logStreams.find(({ logStreamName }) => logStreamName === stream);
    const [first, last] = events === 0 ? [undefined, undefined] : [firstMs, lastMs];
    if (found?.firstEventTimestamp !== first || found?.lastEventTimestamp !== last) {
      wrong.push(
        `${group} ${stream} is described from ${found?.firstEventTimestamp} to ${found?.lastEventTimestamp} and goes from ${first} to ${last}`,
      );
    }
  }
  const described = await client.call<{ logGroups: { logGroupName: string; storedBytes: number }[] }>(
    "DescribeLogGroups",
    { logGroupNamePrefix: group },
  );
  const storedBytes = described.logGroups.find(({ logGroupName }) => logGroupName === group)?.storedBytes;
  const bytes = [...holdings.values()].reduce((sum, holding) => sum + holding.bytes, 0);
  if (storedBytes !== bytes) wrong.push(`${group} is described with ${storedBytes} bytes and has ${bytes}`);
  return wrong;
}
