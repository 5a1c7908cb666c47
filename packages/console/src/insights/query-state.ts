import { readTimeRange, type TimeRange, writeTimeRange } from "../time-range/time-range.ts";
import { type GroupChoice, type LogClass, MAX_NAMED_GROUPS, MAX_PREFIXES } from "./group-choice.ts";

/** Everything that a link to a query carries. */
export interface QueryState {
  readonly query: string;
  readonly groups: GroupChoice;
  readonly range: TimeRange;
}

/** What the page shows to someone who comes without a link (user guide, "Get started with Logs Insights"). */
export const DEFAULT_QUERY = "fields @timestamp, @message, @logStream, @log\n| sort @timestamp desc\n| limit 20";
export const DEFAULT_RANGE: TimeRange = { kind: "relative", amount: 1, unit: "hour" };
export const DEFAULT_STATE: QueryState = {
  query: DEFAULT_QUERY,
  // Someone who has chosen nothing yet gets an answer too.
  groups: { kind: "all", logClass: "STANDARD" },
  range: DEFAULT_RANGE,
};

/** Values for the address of the page. Names of groups are joined by commas, which no name holds; a comma alone is no name. */
export interface AddressValues {
  readonly query: string | undefined;
  readonly groups: string | undefined;
  readonly prefixes: string | undefined;
  readonly class: string | undefined;
  readonly range: string | undefined;
}

export function writeQueryState({ query, groups, range }: QueryState): AddressValues {
  return {
    groups: groups.kind === "names" ? groups.names.join(",") || "," : undefined,
    prefixes: groups.kind === "prefixes" ? groups.prefixes.join(",") || "," : undefined,
    class: groups.kind !== "names" && groups.logClass !== "STANDARD" ? groups.logClass : undefined,
    range: writeTimeRange(range),
    query: query === DEFAULT_QUERY ? undefined : query,
  };
}

/** What an address tells; the rest is as for someone without a link. A link is anyone's text, so nothing in it is trusted. */
export function readQueryState(address: URLSearchParams): QueryState {
  return {
    // A text of no characters does not survive in an address, and is no query.
    query: address.get("query") ?? DEFAULT_QUERY,
    groups: readGroups(address),
    range: readTimeRange(address.get("range") ?? "") ?? DEFAULT_RANGE,
  };
}

function readGroups(address: URLSearchParams): GroupChoice {
  const logClass: LogClass = address.get("class") === "INFREQUENT_ACCESS" ? "INFREQUENT_ACCESS" : "STANDARD";
  const prefixes = address.get("prefixes");
  if (prefixes !== null) return { kind: "prefixes", prefixes: listed(prefixes, MAX_PREFIXES), logClass };
  const names = address.get("groups");
  if (names !== null) return { kind: "names", names: listed(names, MAX_NAMED_GROUPS) };
  return { kind: "all", logClass };
}

const listed = (text: string, most: number) =>
  [...new Set(text.split(",").filter((each) => each !== ""))].slice(0, most);
