import ipaddr from "ipaddr.js";

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
type Scalar = string | number | boolean | null;

/** Whether a key with these values fulfils one condition. A key that isn't there has none. */
export type Condition = (values: readonly Scalar[]) => boolean;

/** What AWS's error says behind `Invalid parameter: `. */
export class PolicyFault extends Error {
  override readonly name = "PolicyFault";
}

const fault = (text: string): PolicyFault => new PolicyFault(`FilterPolicy: ${text}`);
const any =
  (fits: (value: Scalar) => boolean): Condition =>
  (values) =>
    values.some(fits);
const anyText = (fits: (text: string) => boolean): Condition =>
  any((value) => typeof value === "string" && fits(value));

/** One entry of a key's list: a value to equal, or an object with one operator. */
export function compileCondition(entry: unknown): Condition {
  if (entry === null || typeof entry === "string" || typeof entry === "number" || typeof entry === "boolean") {
    return any((value) => value === entry);
  }
  if (typeof entry !== "object" || Array.isArray(entry)) {
    throw fault("Match value must be String, number, true, false, or null");
  }
  const operators = Object.entries(entry);
  const [first] = operators;
  if (operators.length !== 1 || first === undefined) throw fault("Only one key allowed in match expression");
  const [operator, operand] = first as [string, unknown];
  switch (operator) {
    case "exists":
      if (typeof operand !== "boolean") throw fault("exists match pattern must be either true or false.");
      return (values) => values.length > 0 === operand;
    case "anything-but":
      return anythingBut(operand);
    case "numeric":
      return numeric(operand);
    case "cidr":
      return cidr(operand);
    case "prefix":
    case "suffix":
    case "wildcard":
    case "equals-ignore-case":
      return textCondition(operator, operand);
    default:
      throw fault(`Unrecognized match type ${operator}`);
  }
}

/** Most stars of a wildcard (SNS developer guide, "Wildcard matching"). */
const MAX_STARS = 3;

function textCondition(operator: "prefix" | "suffix" | "wildcard" | "equals-ignore-case", operand: unknown): Condition {
  if (typeof operand !== "string") {
    if (
      typeof operand === "object" &&
      operand !== null &&
      "equals-ignore-case" in operand &&
      (operator === "prefix" || operator === "suffix")
    ) {
      const text = operand["equals-ignore-case"];
      if (typeof text !== "string") throw fault("equals-ignore-case match pattern must be a string");
      const lower = text.toLowerCase();
      return anyText((value) =>
        operator === "prefix" ? value.toLowerCase().startsWith(lower) : value.toLowerCase().endsWith(lower),
      );
    }
    throw fault(`${operator} match pattern must be a string`);
  }
  if (operator === "prefix") return anyText((value) => value.startsWith(operand));
  if (operator === "suffix") return anyText((value) => value.endsWith(operand));
  if (operator === "equals-ignore-case") return anyText((value) => value.toLowerCase() === operand.toLowerCase());
  const parts = wildcardParts(operand);
  return anyText((value) => fitsWildcard(parts, value));
}

/** The texts between the stars; `\*` and `\\` stand for themselves. */
function wildcardParts(pattern: string): readonly string[] {
  const parts = [""];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? "";
    if (char === "*") {
      if (pattern[at + 1] === "*") throw fault("Consecutive wildcard characters are not allowed");
      parts.push("");
      continue;
    }
    const escaped = char === "\\" ? pattern[++at] : char;
    if (char === "\\" && escaped !== "*" && escaped !== "\\")
      throw fault("Invalid escape character in wildcard match pattern");
    parts[parts.length - 1] += escaped ?? "";
  }
  if (parts.length - 1 > MAX_STARS)
    throw fault(`A wildcard match pattern may have at most ${MAX_STARS} wildcard characters`);
  return parts;
}

/** The parts occur in turn: taking each at its first place is enough, so this is linear in the text. */
function fitsWildcard(parts: readonly string[], text: string): boolean {
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return from <= text.length - last.length;
}

function anythingBut(operand: unknown): Condition {
  if (typeof operand === "object" && operand !== null && !Array.isArray(operand)) {
    const excluded = exceptions(operand);
    return (values) => values.some((value) => !excluded([value]));
  }
  const excluded: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (excluded.length === 0) throw fault("Value of anything-but must be an array or single string/number value.");
  if (!excluded.every((one) => typeof one === "string" || typeof one === "number")) {
    throw fault("Inside anything but list, start|null|boolean is not supported.");
  }
  return any((value) => !excluded.some((one) => one === value));
}

/** `{"anything-but": {"prefix": "a"}}`, or with a list of texts. */
function exceptions(operand: object): Condition {
  const operators = Object.entries(operand);
  const [first] = operators;
  const [operator, value] = first ?? ["", undefined];
  const known =
    operator === "prefix" || operator === "suffix" || operator === "wildcard" || operator === "equals-ignore-case";
  if (operators.length !== 1 || !known) throw fault(`Unsupported anything-but pattern: ${operator}`);
  const conditions = (Array.isArray(value) ? value : [value]).map((one: unknown) => textCondition(operator, one));
  return (values) => conditions.some((condition) => condition(values));
}

function cidr(operand: unknown): Condition {
  if (typeof operand !== "string") throw fault("prefix match pattern must be a string");
  if (!operand.includes("/") || !ipaddr.isValidCIDR(operand))
    throw fault(`Malformed CIDR, one '/' required: ${operand}`);
  const [network, bits] = ipaddr.parseCIDR(operand);
  return anyText((text) => {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.parse(text);
    return address.kind() === network.kind() && address.match(network, bits);
  });
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** `["=", 1]`, `[">", 0]`, or a range `[">=", 0, "<", 10]`. */
function numeric(operand: unknown): Condition {
  if (!Array.isArray(operand)) throw fault("Value of numeric must be an array.");
  const [operator, bound, second, top, ...more] = operand as unknown[];
  const read = (name: unknown, value: unknown) => {
    const compare = typeof name === "string" && Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined;
    if (compare === undefined) throw fault(`Unrecognized numeric range operator: ${String(name)}`);
    if (typeof value !== "number") throw fault(`Value of ${String(name)} must be numeric`);
    return (number: number) => compare(number, value);
  };
  if (operator === undefined) throw fault("Invalid member in numeric match: ]");
  const lower = read(operator, bound);
  if (second === undefined) return any((value) => typeof value === "number" && lower(value));
  if (more.length > 0) throw fault("Too many elements in numeric expression");
  const upper = read(second, top);
  if ((operator !== ">" && operator !== ">=") || (second !== "<" && second !== "<="))
    throw fault(`Bad numeric range operator: ${String(second)}`);
  if (Number(bound) >= Number(top)) throw fault("Bottom must be less than top");
  return any((value) => typeof value === "number" && lower(value) && upper(value));
}
