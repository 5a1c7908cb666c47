import { asciiLower } from "./glob.ts";

/** What is known of a request beside who, what and which resource: the values of condition keys. */
export interface RequestContext {
  /** The value of a key, whatever the case it is written in. A list for a key of several values; undefined without value. */
  value(key: string): string | readonly string[] | undefined;
}

export type ContextValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A context of known values, first of the nearest source. Sources are read when they are asked, so they may be lazy. */
export function contextOf(...sources: readonly ContextValues[]): RequestContext {
  const values = new Map<string, string | readonly string[]>();
  for (const source of sources.toReversed()) {
    for (const [key, value] of Object.entries(source)) if (value !== undefined) values.set(asciiLower(key), value);
  }
  return { value: (key) => values.get(key) ?? values.get(asciiLower(key)) };
}
