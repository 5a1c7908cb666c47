import { javaDouble } from "../evaluation/java-double.ts";

/** A number that AWS writes as a double, such as `2.0`. */
export class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** JSON that stands in the text as it is. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type JavaValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | Double
  | RawJson
  | readonly JavaValue[]
  | { readonly [name: string]: JavaValue };

/** JSON in the order that its members are given, without those that are undefined. */
export function javaJson(value: JavaValue): string {
  if (value instanceof Double) return javaDouble(value.value);
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(javaJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}:${javaJson(member)}`);
  return `{${members.join(",")}}`;
}
