import type { QueryValues } from "../../shell/route.ts";

/** What a Live Tail listens to; all of it stands in the page's address. */
export interface TailQuery {
  readonly groups: readonly string[];
  /** Beginnings of streams' names; only with one group. */
  readonly streams: readonly string[];
  readonly pattern: string;
  /** Words to mark. */
  readonly marks: readonly string[];
}

/** StartLiveTail takes ten groups. */
export const MOST_GROUPS = 10;
/** CloudWatch's console marks five words. */
export const MOST_MARKS = 5;
/** Events that the page holds; the oldest go first. */
export const MOST_TAIL_EVENTS = 5_000;

const listed = (text: string | null, most: number): readonly string[] =>
  [...new Set((text ?? "").split(",").filter((part) => part !== ""))].slice(0, most);

export function readTailQuery(address: URLSearchParams): TailQuery {
  return {
    groups: listed(address.get("groups"), MOST_GROUPS),
    streams: address
      .getAll("stream")
      .filter((name) => name !== "")
      .slice(0, MOST_GROUPS),
    pattern: address.get("filter") ?? "",
    marks: listed(address.get("mark"), MOST_MARKS),
  };
}

/** No group's name holds a comma; words to mark that do are not kept in the address. */
export function writeTailQuery({ groups, streams, pattern, marks }: TailQuery): QueryValues {
  return {
    groups: groups.join(",") || undefined,
    stream: streams[0],
    filter: pattern || undefined,
    mark: marks.filter((word) => !word.includes(",")).join(",") || undefined,
  };
}

export interface TailEvent {
  readonly id: string;
  readonly group: string;
  readonly stream: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** An event as an update of the session has it. */
interface Update {
  readonly logStreamName?: string;
  readonly logGroupIdentifier?: string;
  readonly message?: string;
  readonly timestamp?: number;
  readonly ingestionTime?: number;
}

/** The events of an update; `number` numbers them, as the API gives them no id. */
export function eventsOf(
  body: unknown,
  number: () => number,
): { readonly events: readonly TailEvent[]; readonly sampled: boolean } {
  if (typeof body !== "object" || body === null) return { events: [], sampled: false };
  const results = "sessionResults" in body && Array.isArray(body.sessionResults) ? body.sessionResults : [];
  const metadata = "sessionMetadata" in body ? body.sessionMetadata : undefined;
  const sampled =
    typeof metadata === "object" && metadata !== null && "sampled" in metadata && metadata.sampled === true;
  return {
    sampled,
    events: results.map((event: Update) => ({
      id: String(number()),
      group: (event.logGroupIdentifier ?? "").replace(/^.*:log-group:/, "").replace(/^\d{12}:/, ""),
      stream: event.logStreamName ?? "",
      timestamp: event.timestamp ?? 0,
      ingestionTime: event.ingestionTime ?? 0,
      message: event.message ?? "",
    })),
  };
}
