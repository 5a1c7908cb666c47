import { createHash } from "node:crypto";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { State } from "../../../platform/state/state.ts";
import type { EventPosition } from "../events/event-position.ts";
import type { EventStore, StoredEvent } from "../events/event-store.ts";
import { visibilityOf } from "../events/visibility.ts";
import { findLogGroupById, type Scope } from "../groups/log-group.ts";
import { findLogStream, listLogStreams } from "../streams/log-stream.ts";
import type { ExportBuckets } from "./export-bucket.ts";
import { type ExportLimits, type ExportPart, exportFiles } from "./export-files.ts";
import { type ExportProgress, type ExportTask, exportProgressRef, exportTaskRef, progressOf } from "./export-task.ts";

/**
 * Streams that are read together. Events lie in the order of their times, so each reading decompresses what all streams of the
 * group have in the range; progress names each of these streams.
 */
const STREAMS_AT_ONCE = 200;
/** S3's longest key has 1,024 bytes, of which prefix, id and number have up to 510. */
const MAX_FOLDER_BYTES = 512;
const NAMES_AT_ONCE = 1_000;

export interface ExportParts {
  readonly state: State;
  readonly events: Pick<EventStore, "scan">;
  readonly buckets: Pick<ExportBuckets, "put">;
  readonly clock: Clock;
  readonly limits?: ExportLimits;
}

/** Somebody cancelled the task. */
export class ExportCancelled extends Error {
  override readonly name = "ExportCancelled";
}

/** What trying again does not change; the message is for the task's status. */
export class ExportImpossible extends Error {
  override readonly name = "ExportImpossible";
}

/**
 * Writes what is missing of a task. Each object is stored whole, and with it how far each stream is: a task that is run again after a crash goes
 * on behind its last object, and an object whose record the crash took is written again under the same name.
 */
export async function runExportTask(
  { state, events, buckets, clock, limits }: ExportParts,
  scope: Scope,
  taskId: string,
  signal: AbortSignal,
): Promise<void> {
  const taskRef = exportTaskRef(scope, taskId);
  const task = (): ExportTask => {
    const found = state.get<ExportTask>(taskRef)?.document;
    if (found === undefined || found.status.code !== "RUNNING") throw new ExportCancelled("cancelled");
    return found;
  };
  const { groupId, logGroupName, logStreamNamePrefix: streamPrefix, from, to, below, bucket, prefix, writer } = task();
  const source = { ...scope, logGroupName, taskId };
  const shared = sharedFolders(state, groupId, streamPrefix);
  let progress = progressOf(state, taskId);

  const keep = async (next: ExportProgress) => {
    await state.commit({
      cause: { action: "job:logs-export-tasks" },
      changes: [{ put: exportProgressRef(taskId), document: next, expect: "any" }],
    });
    progress = next;
  };

  const put = async ({ logStreamName, body, events: count, last }: ExportPart) => {
    signal.throwIfAborted();
    task();
    const folder = folderOf(logStreamName);
    const part = progress.parts[folder] ?? 0;
    const key = `${prefix}/${taskId}/${folder}/${String(part).padStart(6, "0")}.gz`;
    await buckets.put(source, writer, bucket, key, body, "application/x-gzip");
    await keep({
      ...progress,
      positions: { ...progress.positions, [logStreamName]: [last.timestamp, last.seq.toString()] },
      parts: { ...progress.parts, [folder]: part + 1 },
      events: progress.events + count,
      objects: progress.objects + 1,
      bytes: progress.bytes + body.length,
    });
  };

  /** The streams of the batch under way, or of the next one; none when all is done. */
  const nextBatch = async (): Promise<string[]> => {
    const { doneTo, batchTo } = progress;
    const names = listLogStreams(state, groupId, {
      ...(streamPrefix !== undefined && { prefix: streamPrefix }),
      ...(doneTo !== "" && { after: doneTo }),
      limit: STREAMS_AT_ONCE,
    }).map(({ ref }) => ref.key);
    if (batchTo !== doneTo) return names.filter((name) => Buffer.compare(Buffer.from(name), Buffer.from(batchTo)) <= 0);
    const last = names.at(-1);
    if (last !== undefined) await keep({ ...progress, batchTo: last });
    return names;
  };

  for (;;) {
    const streams = await nextBatch();
    if (streams.length === 0 && progress.batchTo === progress.doneTo) return;
    const group = findLogGroupById(state, scope, groupId);
    if (group === undefined) throw new ExportImpossible("The log group was deleted.");
    const files = exportFiles(put, limits);
    const written = new Map(
      Object.entries(progress.positions).map(([name, [timestamp, seq]]) => [name, { timestamp, seq: BigInt(seq) }]),
    );
    const range = {
      visible: visibilityOf(state, group, clock.now()),
      streams,
      fromMs: from,
      toMs: to,
      arrived: { from: 0n, below: BigInt(below) },
    };
    if (streams.length > 0) {
      for await (const chunk of events.scan(range, "oldestFirst", signal)) {
        task();
        for (const event of chunk) {
          if (isWritten(event, written.get(event.logStreamName))) continue;
          const wait = files.add(event);
          if (wait !== undefined) await wait;
        }
      }
      await files.end();
    }
    const parts = Object.entries(progress.parts).filter(([folder]) => shared.has(folder));
    await keep({ ...progress, doneTo: progress.batchTo, positions: {}, parts: Object.fromEntries(parts) });
  }
}

const isWritten = (event: StoredEvent, last: EventPosition | undefined): boolean =>
  last !== undefined &&
  (event.timestamp < last.timestamp || (event.timestamp === last.timestamp && event.seq <= last.seq));

/** Slashes would make folders of a folder, so CloudWatch Logs writes dashes. */
export function folderOf(logStreamName: string): string {
  const folder = logStreamName.replaceAll("/", "-");
  if (Buffer.byteLength(folder) <= MAX_FOLDER_BYTES) return folder;
  const digest = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  // At most three bytes for each character.
  return `${folder.slice(0, 160)}-${digest}`;
}

/** Folders of several streams, such as `a/b` and `a-b`: their objects are numbered on, so that none replaces another's. */
function sharedFolders(state: State, groupId: number, prefix: string | undefined): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  let after: string | undefined;
  for (;;) {
    const names = listLogStreams(state, groupId, {
      ...(prefix !== undefined && { prefix }),
      ...(after !== undefined && { after }),
      limit: NAMES_AT_ONCE,
    }).map(({ ref }) => ref.key);
    for (const name of names) {
      if (!name.includes("/")) continue;
      const folder = folderOf(name);
      if (seen.has(folder) || findLogStream(state, groupId, name.replaceAll("/", "-")) !== undefined)
        shared.add(folder);
      seen.add(folder);
    }
    after = names.at(-1);
    if (names.length < NAMES_AT_ONCE || after === undefined) return shared;
  }
}
