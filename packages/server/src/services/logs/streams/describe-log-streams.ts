import type { Resource } from "../../../platform/state/state.ts";
import { toEventId } from "../events/event-position.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import { logGroupArn } from "../groups/log-group.ts";
import type { LogsOperation, LogsOutput } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import type { StreamTimes } from "./count-stored.ts";
import { type LogStream, listLogStreams } from "./log-stream.ts";

const DEFAULT_LIMIT = 50;

type Item = NonNullable<LogsOutput<"DescribeLogStreams">["logStreams"]>[number];

export const describeLogStreams: LogsOperation<"DescribeLogStreams"> = async (input, call, deps) => {
  const group = requireLogGroup(deps.state, call, input);
  const { groupId } = group.document;
  const orderBy = input.orderBy ?? "LogStreamName";
  const descending = input.descending ?? false;
  const prefix = input.logStreamNamePrefix;
  if (orderBy === "LastEventTime" && prefix !== undefined) {
    throw call.error("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.");
  }

  const limit = input.limit ?? DEFAULT_LIMIT;
  const request = { groupId, orderBy, descending, prefix };
  let after: unknown;
  if (input.nextToken !== undefined) {
    after = readPageToken(input.nextToken, request, deps.clock.now());
    if (!isPlace(after)) throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
  }
  const place = isPlace(after) ? after : undefined;

  // By name the store pages by itself; the other orders need all of the group's streams, which are read and sorted.
  const ascendingNames = orderBy === "LogStreamName" && !descending;
  const candidates = listLogStreams(deps.state, groupId, {
    ...(prefix !== undefined && { prefix }),
    ...(ascendingNames && { limit: limit + 1 }),
    ...(ascendingNames && place !== undefined && { after: place.name }),
  });
  const times = ascendingNames ? undefined : deps.activity.ofGroup(groupId);
  const timesOf = (name: string) => (times === undefined ? deps.activity.ofStream(groupId, name) : times.get(name));

  let rows = candidates.map((stream) => ({ stream, times: timesOf(stream.ref.key) }));
  if (!ascendingNames) {
    const order = orderBy === "LastEventTime" ? byLastEvent : byName;
    const compare = descending ? (a: Row, b: Row) => order(b, a) : order;
    rows.sort(compare);
    if (place !== undefined) rows = rows.filter((row) => compare(row, rowAt(place)) > 0);
  }
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    logStreams: page.map((row) => toItem(row, `${logGroupArn(call, group.ref.key)}:log-stream:`)),
    nextToken:
      rows.length > limit && last !== undefined
        ? makePageToken({ name: last.stream.ref.key, time: lastEvent(last) }, request, deps.clock.now())
        : undefined,
  };
};

interface Row {
  readonly stream: Pick<Resource<LogStream>, "ref"> & Partial<Resource<LogStream>>;
  readonly times: StreamTimes | undefined;
}

/** Where a page ended. */
interface Place {
  readonly name: string;
  readonly time: number;
}

function isPlace(value: unknown): value is Place {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "time" in value &&
    typeof value.time === "number"
  );
}

function rowAt({ name, time }: Place): Row {
  return {
    stream: { ref: { kind: "", account: "", region: "", key: name } },
    times: { firstEventTimestamp: time, lastEventTimestamp: time, lastIngestionTime: time },
  };
}

/** A stream without events stands before all others. */
const lastEvent = (row: Row) => row.times?.lastEventTimestamp ?? -1;
const byName = (a: Row, b: Row) => Buffer.compare(Buffer.from(a.stream.ref.key), Buffer.from(b.stream.ref.key));
const byLastEvent = (a: Row, b: Row) => lastEvent(a) - lastEvent(b) || byName(a, b);

function toItem({ stream, times }: Row, arnPrefix: string): Item {
  return {
    logStreamName: stream.ref.key,
    creationTime: stream.document?.creationTime,
    arn: arnPrefix + stream.ref.key,
    // AWS reports no size for streams since June 2019 (API reference, LogStream).
    storedBytes: 0,
    ...(times !== undefined && {
      firstEventTimestamp: times.firstEventTimestamp,
      lastEventTimestamp: times.lastEventTimestamp,
      lastIngestionTime: times.lastIngestionTime,
      uploadSequenceToken: toEventId({ timestamp: times.lastIngestionTime, seq: 0n }),
    }),
  };
}
