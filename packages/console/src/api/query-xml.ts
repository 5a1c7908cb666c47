/** What an answer in AWS's Query protocol becomes without its model. */
export type ReadXml = string | readonly ReadXml[] | { readonly [name: string]: ReadXml };

/** As much of the DOM's `Element` as is read here. */
export interface XmlElement {
  readonly localName: string;
  readonly textContent: string | null;
  readonly children: ArrayLike<XmlElement>;
}

/** Elements become objects by their children's names, `member` lists arrays, `entry` lists objects by their keys, leaves text. */
export function readXml(element: XmlElement): ReadXml {
  const children = Array.from(element.children);
  const names = new Set(children.map((child) => child.localName));
  if (children.length === 0) return element.textContent ?? "";
  if (names.size === 1 && names.has("member")) return children.map(readXml);
  if (names.size === 1 && names.has("entry")) {
    return Object.fromEntries(
      children.map((entry) => {
        const [key, value] = Array.from(entry.children);
        return [key?.textContent ?? "", value === undefined ? "" : readXml(value)];
      }),
    );
  }
  return Object.fromEntries(children.map((child) => [child.localName, readXml(child)]));
}

/** A list of an answer; the empty one is indistinguishable from an empty text. */
export const listOf = (value: ReadXml | undefined): readonly ReadXml[] =>
  value !== undefined && isList(value) ? value : [];

/** A structure or map of an answer; empty when it is none. */
export const recordOf = (value: ReadXml | undefined): Readonly<Record<string, ReadXml>> =>
  typeof value === "object" && !isList(value) ? value : {};

/** A text of an answer; undefined when it is absent or something else. */
export const textOf = (value: ReadXml | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;

const isList = (value: ReadXml): value is readonly ReadXml[] => Array.isArray(value);
