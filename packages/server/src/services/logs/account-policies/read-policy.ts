import type { PolicySettings } from "./account-policy.ts";

/** A rule that a policy breaks; the message is for the caller. */
export class PolicyRefused extends Error {
  override readonly name = "PolicyRefused";
}

/** PutAccountPolicy, API reference. */
const MAX_CRITERIA_BYTES = 25 * 1_024;
const MEMBERS = [
  "DestinationArn",
  "RoleArn",
  "FilterPattern",
  "Distribution",
  "FieldSelectionCriteria",
  "EmitSystemFields",
] as const;
type Member = (typeof MEMBERS)[number];

/**
 * Reads a subscription policy's document and its criteria.
 * @throws PolicyRefused
 */
export function readSubscriptionPolicy(document: string, criteria: string | undefined): PolicySettings {
  const members = readMembers(document);
  const text = (name: Member): string | undefined => {
    const value = members.get(name);
    if (value !== undefined && typeof value !== "string") throw new PolicyRefused(`${name} must be a text.`);
    return value;
  };
  const [destinationArn, filterPattern] = [text("DestinationArn"), text("FilterPattern")];
  if (destinationArn === undefined) throw new PolicyRefused("The policy document must name a DestinationArn.");
  if (filterPattern === undefined) {
    throw new PolicyRefused('The policy document must have a FilterPattern; "" takes all events.');
  }
  const distribution = text("Distribution") ?? "ByLogStream";
  if (distribution !== "ByLogStream" && distribution !== "Random") {
    throw new PolicyRefused("Distribution must be ByLogStream or Random.");
  }
  const emitSystemFields = members.get("EmitSystemFields");
  if (emitSystemFields !== undefined && !isTexts(emitSystemFields)) {
    throw new PolicyRefused("EmitSystemFields must be a list of texts.");
  }
  const [roleArn, fieldSelectionCriteria] = [text("RoleArn"), text("FieldSelectionCriteria")];
  return {
    destinationArn,
    filterPattern,
    distribution,
    excluded: readExcluded(criteria),
    ...(roleArn !== undefined && { roleArn }),
    ...(fieldSelectionCriteria !== undefined && { fieldSelectionCriteria }),
    ...(emitSystemFields !== undefined && { emitSystemFields }),
  };
}

function readMembers(document: string): ReadonlyMap<string, unknown> {
  const value = parse(document);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new PolicyRefused("The policy document must be a JSON object.");
  }
  const members = new Map<string, unknown>(Object.entries(value));
  const stranger = [...members.keys()].find((name) => !MEMBERS.some((member) => member === name));
  if (stranger !== undefined) {
    throw new PolicyRefused(`The policy document has no member ${stranger}. It can have ${MEMBERS.join(", ")}.`);
  }
  return members;
}

/** `LogGroupName NOT IN ["a", "b"]` is all that subscription policies can choose by. */
function readExcluded(criteria: string | undefined): readonly string[] {
  if (criteria === undefined || criteria.trim() === "") return [];
  if (Buffer.byteLength(criteria) > MAX_CRITERIA_BYTES) {
    throw new PolicyRefused(`The selection criteria can have at most ${MAX_CRITERIA_BYTES} bytes.`);
  }
  const [, list = ""] = /^LogGroupName\s+NOT\s+IN\s*(\[.*\])$/s.exec(criteria.trim()) ?? [];
  const names = parse(list);
  if (!isTexts(names)) {
    throw new PolicyRefused('The selection criteria must be LogGroupName NOT IN ["name", "name"].');
  }
  return names;
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
