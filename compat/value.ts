/** A value as JSON knows it: what scenarios contain, what clients send and what they answer. */
export type Value = null | boolean | number | string | readonly Value[] | Fields;

/** A JSON object. */
export interface Fields {
  readonly [name: string]: Value;
}

/** Whether `value` is a JSON object (neither a list nor null). */
export function isFields(value: Value | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether `value` is a list. (`Array.isArray` alone does not narrow a read-only list.) */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** `value` as short JSON for a message; cut after `limit` characters. */
export function show(value: Value | undefined, limit = 300): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length} characters)`;
}
