import type { Place } from "./place.ts";

/**
 * Tells whether a JSON value has a form, and says at its place what is wrong if it has not. The sentences are those that
 * CloudWatch answers PutDashboard with (seen in public reports of refused dashboards).
 */
export type Guard<T> = (value: unknown, place: Place) => value is T;
export type Guarded<G> = G extends Guard<infer T> ? T : never;

export const isString: Guard<string> = (value, place): value is string =>
  typeof value === "string" || place.error("Should be string");

export const isBoolean: Guard<boolean> = (value, place): value is boolean =>
  typeof value === "boolean" || place.error("Should be boolean");

export const isAnything: Guard<unknown> = (_value): _value is unknown => true;

export function isNumber(bounds: { minimum?: number; maximum?: number } = {}): Guard<number> {
  return (value, place): value is number =>
    typeof value === "number" ? isWithin(value, bounds, place) : place.error("Should be number");
}

export function isInteger(bounds: { minimum?: number; maximum?: number } = {}): Guard<number> {
  return (value, place): value is number =>
    typeof value === "number" && Number.isInteger(value)
      ? isWithin(value, bounds, place)
      : place.error("Should be integer");
}

function isWithin(value: number, { minimum, maximum }: { minimum?: number; maximum?: number }, place: Place): boolean {
  if (minimum !== undefined && value < minimum) return place.error(`Should be >= ${minimum}`);
  if (maximum !== undefined && value > maximum) return place.error(`Should be <= ${maximum}`);
  return true;
}

export function isOneOf<const T extends string>(...allowed: readonly T[]): Guard<T> {
  return (value, place): value is T =>
    allowed.some((one) => one === value) || place.error("Should be equal to one of the allowed values");
}

export function isText(pattern: RegExp): Guard<string> {
  return (value, place): value is string =>
    isString(value, place) && (pattern.test(value) || place.error(`Should match pattern "${pattern.source}"`));
}

export function isList<T>(item: Guard<T>, { least = 0, most = Infinity } = {}): Guard<readonly T[]> {
  return (value, place): value is readonly T[] => {
    if (!isArray(value)) return place.error("Should be array");
    if (value.length < least) return place.error(`Should NOT have less than ${least} items`);
    if (value.length > most) return place.error(`Should NOT have more than ${most} items`);
    return value.map((one, index) => item(one, place.at(index))).every(Boolean);
  };
}

export const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type Guards = Readonly<Record<string, Guard<unknown>>>;
type Members<R extends Guards, O extends Guards> = { readonly [K in keyof R]: Guarded<R[K]> } & {
  readonly [K in keyof O]?: Guarded<O[K]>;
};

/** An object with these members. Members it does not know are told by `unknown`; they refuse nothing unless it does. */
export function isObjectOf<R extends Guards, O extends Guards>(
  required: R,
  optional: O,
  unknown: (name: string, place: Place) => boolean = warnOfUnknown,
): Guard<Members<R, O>> {
  const guards = new Map(Object.entries<Guard<unknown>>({ ...optional, ...required }));
  return (value, place): value is Members<R, O> => {
    if (!isObject(value)) return place.error("Should be object");
    let right = true;
    for (const name of Object.keys(required)) {
      if (!Object.hasOwn(value, name)) right = place.error(`Should have required property '${name}'`);
    }
    for (const [name, member] of Object.entries(value)) {
      const guard = guards.get(name);
      const isRight = guard === undefined ? unknown(name, place) : guard(member, place.at(name));
      right = isRight && right;
    }
    return right;
  };
}

function warnOfUnknown(name: string, place: Place): true {
  place.warning(
    `The ${JSON.stringify(name)} property is not expected to be part of a widget definition, will be ignored`,
  );
  return true;
}

/** What `guard` says, unless the value is refused and so does nothing more: `more` sees right values only. */
export function and<T>(guard: Guard<T>, more: (value: T, place: Place) => boolean): Guard<T> {
  return (value, place): value is T => guard(value, place) && more(value, place);
}
