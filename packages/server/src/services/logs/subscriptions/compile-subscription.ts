import {
  compileFieldSelection,
  compileMatcher,
  FieldSelectionError,
  type FilterPattern,
  type Matcher,
  narrow,
  parseFilterPattern,
} from "@nephoscope/languages";
import { messageCondition } from "../events/message-condition.ts";
import type { EventCondition } from "../events/visibility.ts";
import type { Scope } from "../groups/log-group.ts";
import type { SubscriptionFilter } from "./subscription-filter.ts";

/** A rule that a subscription breaks; the message is for the caller. */
export class SubscriptionRefused extends Error {
  override readonly name = "SubscriptionRefused";
}

/** A subscription ready to be run over the events of a group. */
export interface CompiledSubscription {
  /** Whether its pattern holds a regular expression: a group may have few of those. */
  readonly regex: boolean;
  /** What the engine leaves out of what it reads; undefined where it can leave out nothing. */
  readonly condition: EventCondition | undefined;
  /** Whether it takes the event, with what goes along: the fields that the pattern names, and system fields. */
  match(message: string): { readonly extractedFields: Readonly<Record<string, string>> | undefined } | undefined;
}

const SYSTEM_FIELDS = ["@aws.account", "@aws.region"] as const;

/**
 * Checks a subscription of events in `scope` and makes it ready.
 * @throws FilterPatternError when the pattern can't be read, SubscriptionRefused for any other rule
 */
export function compileSubscription(
  filter: Pick<SubscriptionFilter, "filterPattern" | "fieldSelectionCriteria" | "emitSystemFields">,
  { account, region }: Scope,
): CompiledSubscription {
  const pattern = parseFilterPattern(filter.filterPattern);
  const values = { "@aws.account": account, "@aws.region": region };
  const system = Object.fromEntries((filter.emitSystemFields ?? []).map((name) => [name, values[systemField(name)]]));
  // All events of a group come from one account and region, so the criteria decide once for all of them.
  const selected = compileSelection(filter.fieldSelectionCriteria)(values);
  const matcher = compileMatcher(pattern);
  const { test } = narrow(pattern);
  const fields = fieldsOf(pattern, matcher);
  return {
    regex: pattern.regexCount > 0,
    condition: test.kind === "all" ? undefined : messageCondition(test),
    match(message) {
      const found = selected ? fields(message) : undefined;
      if (found === undefined) return undefined;
      const all = { ...found, ...system };
      return { extractedFields: Object.keys(all).length === 0 ? undefined : all };
    },
  };
}

const NONE: Readonly<Record<string, string>> = {};

/** Undefined where the message does not match. Only space-delimited patterns name fields for the destination. */
function fieldsOf(
  pattern: FilterPattern,
  matcher: Matcher,
): (message: string) => Readonly<Record<string, string>> | undefined {
  if (pattern.language !== "space") return (message) => (matcher.matches(message) ? NONE : undefined);
  return (message) => {
    const found = matcher.extract(message);
    // In patterns' results names begin with a dollar, in what CloudWatch Logs forwards they don't.
    return found && Object.fromEntries(Object.entries(found).map(([name, value]) => [name.replace(/^\$/, ""), value]));
  };
}

function systemField(name: string): (typeof SYSTEM_FIELDS)[number] {
  const known = SYSTEM_FIELDS.find((field) => field === name);
  if (known === undefined) {
    throw new SubscriptionRefused(`${name} is no system field; ${SYSTEM_FIELDS.join(" and ")} are.`);
  }
  return known;
}

function compileSelection(criteria: string | undefined): ReturnType<typeof compileFieldSelection> {
  try {
    return compileFieldSelection(criteria ?? "");
  } catch (error) {
    if (!(error instanceof FieldSelectionError)) throw error;
    throw new SubscriptionRefused(
      `Invalid field selection criteria: ${error.message} (characters ${error.startOffset} to ${error.endOffset})`,
    );
  }
}
