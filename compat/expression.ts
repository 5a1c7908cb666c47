/**
 * `${…}` in scenarios: names, times and captured values, and the two generators for data too big to write out.
 *
 *     ${unique}              a short text that differs for each scenario and client
 *     ${now-1h}              epoch milliseconds, an hour before the scenario began
 *     ${s:now-1h}            the same in epoch seconds
 *     ${now+i}               inside a $repeat: the index is called i, from 0
 *     ${token}               whatever `<capture token>` found before
 *     $${x}                  the literal text ${x}
 *     {$repeat: {count: 3, of: {…}}}   a list
 *     {$text: {count: 1000, of: x}}    a string
 */

import { type Fields, isFields, isList, type Value } from "./value.ts";

/** The names an expression may use. Captures add to it while a scenario runs. */
export type Scope = Map<string, Value>;

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

const TERM = /^(?:(?<name>[A-Za-z_]\w*)|(?<amount>\d+)(?<unit>ms|s|m|h|d)?)$/;

function term(text: string, scope: Scope, source: string): Value {
  const groups = TERM.exec(text)?.groups;
  if (groups === undefined) throw new Error(`cannot read "${text}" in \${${source}}`);
  if (groups.name !== undefined) {
    const value = scope.get(groups.name);
    if (value === undefined) throw new Error(`nothing is called "${groups.name}" in \${${source}}`);
    return value;
  }
  return Number(groups.amount) * (groups.unit === undefined ? 1 : (UNIT_MS.get(groups.unit) ?? 1));
}

function number(value: Value, source: string): number {
  if (typeof value !== "number") throw new Error(`\${${source}} calculates with something that is not a number`);
  return value;
}

function calculate(source: string, scope: Scope): Value {
  const inSeconds = source.startsWith("s:");
  const parts = (inSeconds ? source.slice(2) : source).split(/([+-])/).map((part) => part.trim());
  let value = term(parts[0] ?? "", scope, source);
  for (let at = 1; at < parts.length; at += 2) {
    const right = number(term(parts[at + 1] ?? "", scope, source), source);
    value = parts[at] === "+" ? number(value, source) + right : number(value, source) - right;
  }
  return inSeconds ? Math.floor(number(value, source) / 1000) : value;
}

const WHOLE = /^\$\{([^}]*)\}$/;
const INSIDE = /\$(\$\{)|\$\{([^}]*)\}/g;

/** `text` with its expressions replaced; a text that is one expression becomes that expression's value, type kept. */
export function fillText(text: string, scope: Scope, quote: (inserted: string) => string = (same) => same): Value {
  const whole = WHOLE.exec(text)?.[1];
  if (whole !== undefined) return calculate(whole, scope);
  return text.replaceAll(INSIDE, (_, literal: string | undefined, source: string) => {
    if (literal !== undefined) return literal;
    const value = calculate(source, scope);
    return quote(typeof value === "string" ? value : JSON.stringify(value));
  });
}

function generator(name: "$repeat" | "$text", spec: Value, scope: Scope): { count: number; of: Value } {
  if (!isFields(spec) || spec.of === undefined) throw new Error(`${name} needs {count, of}`);
  const count = fill(spec.count ?? null, scope);
  if (typeof count !== "number" || !Number.isInteger(count)) throw new Error(`${name} needs a whole number as count`);
  return { count, of: spec.of };
}

/** A copy of `value` with every expression and generator replaced. Throws an Error that names what cannot be read. */
export function fill(value: Value, scope: Scope): Value {
  if (typeof value === "string") return fillText(value, scope);
  if (isList(value)) return value.map((item) => fill(item, scope));
  if (!isFields(value)) return value;
  if (value.$repeat !== undefined) {
    const { count, of } = generator("$repeat", value.$repeat, scope);
    return Array.from({ length: count }, (_, i) => fill(of, new Map([...scope, ["i", i]])));
  }
  if (value.$text !== undefined) {
    const { count, of } = generator("$text", value.$text, scope);
    const unit = fill(of, scope);
    if (typeof unit !== "string") throw new Error("$text needs a string as of");
    return unit.repeat(count);
  }
  return fillFields(value, scope);
}

/** Like {@link fill}, for an object that is no generator: names and values are both filled. */
export function fillFields(value: Fields, scope: Scope): Fields {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [String(fillText(name, scope)), fill(item, scope)]),
  );
}
