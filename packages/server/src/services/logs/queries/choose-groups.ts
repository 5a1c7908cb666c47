import type { InsightsSource } from "@nephoscope/languages";
import type { Resource } from "../../../platform/state/state.ts";
import { nameOfIdentifier } from "../groups/identify-log-group.ts";
import { findLogGroup, LOG_GROUP_KIND, type LogGroup } from "../groups/log-group.ts";
import type { LogsCall, LogsDeps, LogsInput } from "../operation.ts";

/** A query reads at most so many groups (query syntax, "SOURCE"). */
const MAX_GROUPS = 10_000;
const CHUNK = 1_000;
/** Without a class SOURCE means groups of the class STANDARD (query syntax, "SOURCE"). */
const DEFAULT_CLASSES: readonly string[] = ["STANDARD"];

/** The groups of a query: those the call names, or those the query chooses itself with SOURCE. */
export function chooseGroups(
  input: LogsInput<"StartQuery">,
  source: InsightsSource | undefined,
  call: LogsCall,
  deps: LogsDeps,
): Resource<LogGroup>[] {
  const ways = [input.logGroupName, input.logGroupNames, input.logGroupIdentifiers].filter((way) => way !== undefined);
  if (source !== undefined) {
    if (ways.length > 0) {
      throw call.error(
        "InvalidParameterException",
        "The query chooses its log groups with SOURCE; logGroupName, logGroupNames and logGroupIdentifiers must be left out then.",
      );
    }
    return groupsOfSource(source, call, deps);
  }
  if (ways.length !== 1) {
    throw call.error(
      "InvalidParameterException",
      "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given.",
    );
  }
  const identifiers = [ways[0]].flat().filter((identifier) => identifier !== undefined);
  return namedGroups(identifiers, call, deps);
}

/**
 * The groups that a SOURCE stands for, in order of their names; at least one. `dataSource` chooses among their events. The caller
 * must be allowed to query each of them: only here it is known which.
 */
export function groupsOfSource(source: InsightsSource, call: LogsCall, deps: LogsDeps): Resource<LogGroup>[] {
  const groups = groupsNamedIn(source, call, deps);
  deps.queryRights.require(call, groups);
  return groups;
}

function groupsNamedIn(source: InsightsSource, call: LogsCall, deps: LogsDeps): Resource<LogGroup>[] {
  if (source.names !== undefined) {
    return namedGroups(
      source.names.map(({ name }) => name),
      call,
      deps,
    );
  }
  const { namePrefixes, accounts, classes } = source.logGroups ?? {};
  if (accounts?.some((account) => account !== call.account)) {
    throw call.error(
      "InvalidParameterException",
      "Linked accounts are not supported; accountIdentifiers may hold the caller's own account only.",
    );
  }
  const picks = ({ ref, document }: Resource<LogGroup>) =>
    document.logGroupClass !== "DELIVERY" &&
    (namePrefixes === undefined || namePrefixes.some((prefix) => ref.key.startsWith(prefix))) &&
    (classes ?? DEFAULT_CLASSES).includes(document.logGroupClass) &&
    (source.tags ?? []).every(({ key, values }) => tagMatches(document.tags[key], values));
  const groups = [...allGroups(call, deps)].filter(picks);
  if (groups.length === 0) throw call.error("ResourceNotFoundException", "No log group matches SOURCE.");
  return groups;
}

function* allGroups(call: LogsCall, { state }: LogsDeps): Generator<Resource<LogGroup>> {
  let count = 0;
  let after: string | undefined;
  for (;;) {
    const found = state.list<LogGroup>({
      kind: LOG_GROUP_KIND,
      account: call.account,
      region: call.region,
      limit: CHUNK,
      ...(after !== undefined && { after }),
    });
    yield* found;
    count += found.length;
    if (count > MAX_GROUPS) {
      throw call.error(
        "InvalidParameterException",
        `SOURCE looks through at most ${MAX_GROUPS} log groups, and there are more. Name the log groups.`,
      );
    }
    after = found.at(-1)?.ref.key;
    if (found.length < CHUNK) return;
  }
}

/** One of the values fits: `*` stands for any text, and `!` in front turns the value round. */
export function tagMatches(tag: string | undefined, values: readonly string[]): boolean {
  return values.some((value) => {
    const negated = value.startsWith("!");
    const pieces = (negated ? value.slice(1) : value).split("*");
    return (tag !== undefined && fits(tag, pieces)) !== negated;
  });
}

/** The pieces follow each other in the text, with anything between them. */
function fits(text: string, pieces: readonly string[]): boolean {
  const [first = "", ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function namedGroups(identifiers: readonly string[], call: LogsCall, { state }: LogsDeps): Resource<LogGroup>[] {
  const names = new Set(identifiers.map((identifier) => nameOfIdentifier(identifier, call)));
  return [...names].map((name) => {
    const group = findLogGroup(state, call, name);
    if (group === undefined) {
      throw call.error(
        "ResourceNotFoundException",
        `Log group '${name}' does not exist for account ID '${call.account}' (Service: AWSLogs; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: ${call.requestId}; Proxy: null)`,
      );
    }
    if (group.document.logGroupClass === "DELIVERY") {
      throw call.error(
        "InvalidParameterException",
        `Log group '${name}' is of class DELIVERY, which can't be queried.`,
      );
    }
    return group;
  });
}
