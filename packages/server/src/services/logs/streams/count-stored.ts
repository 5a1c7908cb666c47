import type { Engine } from "@nephoscope/engine";
import { sequenceTime } from "../../../platform/state/sequence.ts";
import { EVENT_OVERHEAD_BYTES } from "../events/acceptance.ts";
import { tablesAsSource } from "../events/event-tables.ts";

/** When a stream's events happened and came in; all in milliseconds. */
export interface StreamTimes {
  readonly firstEventTimestamp: number;
  readonly lastEventTimestamp: number;
  readonly lastIngestionTime: number;
}

/** Events of one stream. */
export interface Counted {
  readonly groupId: number;
  readonly name: string;
  readonly firstSeq: bigint;
  readonly lastSeq: bigint;
  readonly times: StreamTimes;
  readonly bytes: number;
}

/** Numbers from `from` to before `below`: of all groups, of one, or of one stream. */
export interface CountedRange {
  readonly from: bigint;
  readonly below: bigint;
  readonly groupId?: number;
  readonly name?: string;
}

/** What some tables hold of a range, by stream. */
export async function countStored(
  engine: Engine,
  tables: readonly string[],
  { from, below, groupId, name }: CountedRange,
): Promise<Counted[]> {
  const group = groupId === undefined ? "" : "AND group_id = {group:UInt32}";
  const stream = name === undefined ? "" : "AND stream = {name:String}";
  const batches = engine.client.stream<[number, string, number, number, string, string, string]>({
    sql: `SELECT group_id, stream, toUnixTimestamp64Milli(min(timestamp)), toUnixTimestamp64Milli(max(timestamp)),
        toString(min(seq)), toString(max(seq)), toString(sum(length(message) + {overhead:UInt32}))
      FROM ${tablesAsSource(tables)} WHERE seq >= {from:UInt64} AND seq < {below:UInt64} ${group} ${stream} GROUP BY group_id, stream`,
    params: {
      from,
      below,
      overhead: EVENT_OVERHEAD_BYTES,
      ...(groupId !== undefined && { group: groupId }),
      ...(name !== undefined && { name }),
    },
  });
  const found: Counted[] = [];
  for await (const rows of batches) {
    for (const [groupId, name, first, last, firstSeq, lastSeq, bytes] of rows) {
      found.push({
        groupId,
        name,
        firstSeq: BigInt(firstSeq),
        lastSeq: BigInt(lastSeq),
        times: {
          firstEventTimestamp: Number(first),
          lastEventTimestamp: Number(last),
          lastIngestionTime: sequenceTime(BigInt(lastSeq)),
        },
        bytes: Number(bytes),
      });
    }
  }
  return found;
}
