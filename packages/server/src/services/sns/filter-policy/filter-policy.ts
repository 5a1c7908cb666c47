import { type Condition, compileCondition, type JsonValue, PolicyFault } from "./condition.ts";

/**
 * Filter policies of subscriptions (SNS developer guide, "Message filtering"): JSON text → a tree of keys and conditions → a matcher.
 * On attributes the policy is flat; on the body it follows the body's objects.
 */
export type FilterScope = "MessageAttributes" | "MessageBody";

export interface FilterPolicy {
  /** Whether a message passes: its attributes as `attributeValues` gives them, or its parsed body. */
  matches(message: JsonValue): boolean;
}

/** Limits of a policy (SNS developer guide, "Filter policy constraints"). */
const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;
const MAX_BYTES = 256 * 1_024;
/** A policy nests as deep as it is long; the recursion must end before the stack does. */
const MAX_DEPTH = 50;

type Node =
  | { readonly kind: "all"; readonly keys: ReadonlyMap<string, Node>; readonly either: readonly (readonly Node[])[] }
  | { readonly kind: "leaf"; readonly conditions: readonly Condition[] };

interface Counting {
  keys: number;
  combinations: number;
}

/**
 * Reads a policy.
 *
 * @throws PolicyFault with the text that AWS's error has behind `Invalid parameter: `
 */
export function compileFilterPolicy(text: string, scope: FilterScope): FilterPolicy {
  if (Buffer.byteLength(text) > MAX_BYTES) throw new PolicyFault("FilterPolicy: Filter policy is too long");
  const json = readJson(text);
  if (!isObject(json)) throw new PolicyFault("FilterPolicy: Filter policy must be a JSON object");
  const counting: Counting = { keys: 0, combinations: 1 };
  const root = compileObject(json, scope, 1, counting);
  if (counting.keys > MAX_KEYS)
    throw new PolicyFault(`FilterPolicy: Filter policy can not have more than ${MAX_KEYS} keys`);
  if (counting.combinations > MAX_COMBINATIONS) throw new PolicyFault("FilterPolicy: Filter policy is too complex");
  return { matches: (message) => test(root, [message]) };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new PolicyFault("FilterPolicy: failed to parse JSON.");
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function compileObject(
  value: Readonly<Record<string, unknown>>,
  scope: FilterScope,
  depth: number,
  counting: Counting,
): Node {
  if (depth > MAX_DEPTH) throw new PolicyFault("FilterPolicy: Filter policy is too complex");
  const keys = new Map<string, Node>();
  const either: Node[][] = [];
  for (const [key, part] of Object.entries(value)) {
    const alternatives = key === "$or" ? alternativesOf(part) : undefined;
    if (alternatives !== undefined) either.push(alternatives.map((one) => compileObject(one, scope, depth, counting)));
    else keys.set(key, compileKey(key, part, scope, depth, counting));
  }
  return { kind: "all", keys, either };
}

/** `$or` is an operator over at least two objects of keys; anything else under that name is a key. */
function alternativesOf(value: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) return undefined;
  return value.some((one) => Object.keys(one).some((key) => RESERVED.has(key))) ? undefined : value;
}

const RESERVED: ReadonlySet<string> = new Set([
  "anything-but",
  "cidr",
  "equals-ignore-case",
  "exists",
  "numeric",
  "prefix",
  "suffix",
  "wildcard",
]);

function compileKey(key: string, value: unknown, scope: FilterScope, depth: number, counting: Counting): Node {
  if (Array.isArray(value)) {
    if (value.length === 0) throw new PolicyFault("FilterPolicy: Empty arrays are not allowed");
    const conditions = value.map((one) => compileCondition(one));
    counting.keys += 1;
    // A nested key weighs as often as it is deep (same page).
    counting.combinations *= conditions.length * depth;
    return { kind: "leaf", conditions };
  }
  if (!isObject(value)) throw new PolicyFault(`FilterPolicy: "${key}" must be an object or an array`);
  if (scope === "MessageAttributes") {
    throw new PolicyFault("Filter policy scope MessageAttributes does not support nested filter policy");
  }
  if (Object.keys(value).length === 0) throw new PolicyFault("FilterPolicy: Empty objects are not allowed");
  return compileObject(value, scope, depth + 1, counting);
}

/** Whether what a key leads to fulfils the node. Several values come from lists in the body: one that fits is enough. */
function test(node: Node, values: readonly JsonValue[]): boolean {
  if (node.kind === "leaf") {
    const scalars = values.flatMap((value) => scalarsOf(value));
    return node.conditions.some((condition) => condition(scalars));
  }
  const objects = values.flatMap((value) => (Array.isArray(value) ? value : [value])).filter(isJsonObject);
  // A key that must not exist is fulfilled by an object that isn't there.
  const candidates = objects.length === 0 ? [{}] : objects;
  return candidates.some((object) => {
    for (const [key, part] of node.keys) {
      const found = Object.hasOwn(object, key) ? object[key] : undefined;
      if (!test(part, found === undefined ? [] : [found])) return false;
    }
    return node.either.every((alternatives) => alternatives.some((one) => test(one, [object])));
  });
}

const isJsonObject = (value: JsonValue): value is { readonly [key: string]: JsonValue } => isObject(value);

/** The values of a leaf; those of lists in lists too. An object is none. */
function scalarsOf(value: JsonValue): readonly (string | number | boolean | null)[] {
  if (Array.isArray(value)) return value.flatMap((one: JsonValue) => scalarsOf(one));
  return typeof value === "object" && value !== null ? [] : [value as string | number | boolean | null];
}
