import { SaxesParser } from "saxes";
import type { ListShape, MapShape, Member, StructureShape } from "../model/shape.ts";
import { serialization } from "./failure.ts";
import { textFromBytes } from "./json.ts";
import { xmlKey } from "./names.ts";
import { valueFromText } from "./text.ts";

/** S3's largest document, a completed upload of 10,000 parts, has 40,000 elements in four levels. */
const MAX_ELEMENTS = 200_000;
const MAX_DEPTH = 64;

interface Element {
  /** Without a namespace's prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

/**
 * Reads an XML document into a tree that follows the shape. Well-formed XML only; a document type is refused, so that no
 * entity can be defined.
 */
export function treeFromXml(shape: StructureShape, bytes: Uint8Array): unknown {
  return structure(shape, parse(textFromBytes(bytes)));
}

function parse(text: string): Element {
  const root: Element = { name: "", attributes: new Map(), children: [], text: "" };
  const open: Element[] = [root];
  let elements = 0;
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw serialization(`The request's body is not well-formed XML: ${error.message}`);
  });
  parser.on("doctype", () => {
    throw serialization("The request's body has a document type, which is not accepted.");
  });
  parser.on("opentag", (tag) => {
    if (++elements > MAX_ELEMENTS) throw serialization(`The request's body has more than ${MAX_ELEMENTS} elements.`);
    if (open.length > MAX_DEPTH) throw serialization(`The request's body nests deeper than ${MAX_DEPTH} levels.`);
    const attributes = new Map(Object.entries(tag.attributes).map(([name, value]) => [name, String(value)]));
    const element: Element = { name: local(tag.name), attributes, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const addText = (part: string) => {
    const element = open.at(-1);
    if (element) element.text += part;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(text).close();
  const document = root.children[0];
  if (!document) throw serialization("The request's body is not well-formed XML: it has no element.");
  return document;
}

const local = (name: string): string => name.slice(name.indexOf(":") + 1);

function structure(shape: StructureShape, element: Element): Record<string, unknown> {
  const out: Record<string, unknown> = Object.create(null);
  for (const member of shape.members) {
    const key = xmlKey(member);
    if (member.xmlAttribute) {
      const text = element.attributes.get(key);
      if (text !== undefined) out[member.name] = valueFromText(member, text);
      continue;
    }
    const found = element.children.filter((child) => child.name === key);
    const [first] = found;
    if (!first) continue;
    if (member.shape.kind === "list" && member.xmlFlattened) {
      const item = member.shape.member;
      out[member.name] = found.map((child) => value(item, child));
    } else if (member.shape.kind === "map" && member.xmlFlattened) out[member.name] = map(member.shape, found);
    else out[member.name] = value(member, first);
  }
  return out;
}

function value(member: Member, element: Element): unknown {
  const { shape } = member;
  switch (shape.kind) {
    case "structure":
      return structure(shape, element);
    case "list":
      return list(shape, element);
    case "map":
      return map(
        shape,
        element.children.filter((child) => child.name === "entry"),
      );
    case "string":
    case "blob":
      return element.text;
    default:
      return valueFromText(member, element.text.trim());
  }
}

function list(shape: ListShape, element: Element): unknown[] {
  const name = shape.member.xmlName ?? "member";
  return element.children.filter((child) => child.name === name).map((child) => value(shape.member, child));
}

function map(shape: MapShape, entries: readonly Element[]): Record<string, unknown> {
  const out: Record<string, unknown> = Object.create(null);
  for (const entry of entries) {
    const key = entry.children.find((child) => child.name === (shape.key.xmlName ?? "key"));
    const item = entry.children.find((child) => child.name === (shape.value.xmlName ?? "value"));
    if (!key) throw serialization("An entry of a map has no key.");
    out[key.text] = item ? value(shape.value, item) : null;
  }
  return out;
}
