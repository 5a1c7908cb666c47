import { asciiLower } from "./glob.ts";

/** What is known of a request beside who, what and which resource: the values of condition keys. */
export interface RequestContext {
  /** The value of a key, whatever the case it is written in. A list for a key of several values; undefined without value. */
  value(key: string): string | readonly string[] | undefined;
}

export type ContextValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A context of known values. Where sources have the same key, in whatever case, the first of them counts. */
export function contextOf(...sources: readonly ContextValues[]): RequestContext {
  const values = new Map<string, string | readonly string[]>();
  for (const source of sources) {
    for (const [key, value] of Object.entries(source)) {
      const name = asciiLower(key);
      if (value !== undefined && !values.has(name)) values.set(name, value);
    }
  }
  return { value: (key) => values.get(key) ?? values.get(asciiLower(key)) };
}
