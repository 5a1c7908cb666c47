import type { Member, Shape, StructureShape, TimestampFormat, XmlNamespace } from "../model/shape.ts";
import { xmlKey } from "./names.ts";
import { textFromValue } from "./text.ts";
import { listOf, recordOf, recordOrEmpty } from "./typed.ts";

/**
 * Writes values as XML for restXml, awsQuery and ec2Query, whose elements differ only in what stands around them.
 * Times default to `date-time` in all three.
 */
const TIMESTAMPS: TimestampFormat = "date-time";

/**
 * Markup, a carriage return (which parsers would turn into a newline) and characters that XML 1.0 does not allow. Those
 * are written as references, as S3 does: a strict parser refuses them, where dropping them would change a name unseen.
 */
const SPECIAL = /[[&<>"\r\u0085\u2028\ufffe\uffff][\p{Cc}--[\t\n\x7f-\x9f]]]/gv;
const NAMED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export const escapeXml = (text: string): string =>
  text.replace(SPECIAL, (character) => NAMED[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`);

/** Parsers make blanks of line breaks and tabs in attributes, unless they are references. */
const escapeAttribute = (text: string): string =>
  escapeXml(text).replace(/[\n\t]/g, (character) => (character === "\n" ? "&#xA;" : "&#x9;"));

/** A whole element with a structure's members inside. `extra` is XML that is already written, put after the members. */
export function structureElement(
  name: string,
  shape: StructureShape,
  value: unknown,
  namespace: string | undefined,
  extra = "",
): string {
  return `<${name}${namespace === undefined ? "" : ` xmlns="${escapeXml(namespace)}"`}${attributes(shape, value)}>${membersXml(shape, value)}${extra}</${name}>`;
}

/** The members of a structure as elements, without one around them. */
export function membersXml(shape: StructureShape, value: unknown, only?: (member: Member) => boolean): string {
  const record = recordOrEmpty(value);
  let out = "";
  for (const member of shape.members) {
    const item = record[member.name];
    if (item === undefined || item === null || member.xmlAttribute || (only && !only(member))) continue;
    out += memberXml(member, xmlKey(member), item);
  }
  return out;
}

function memberXml(member: Member, name: string, value: unknown): string {
  const { shape } = member;
  if (shape.kind === "list" && member.xmlFlattened)
    return listOf(value)
      .map((item) => element(shape.member, member.xmlName ?? member.name, item))
      .join("");
  if (shape.kind === "map" && member.xmlFlattened) return entries(shape, value, name, member.xmlNamespace);
  return element(member, name, value);
}

function element(member: Member, name: string, value: unknown): string {
  if (value === null || value === undefined) return `<${name}/>`;
  return `<${name}${namespaceAttribute(member.xmlNamespace)}${member.shape.kind === "structure" ? attributes(member.shape, value) : ""}>${content(member, value)}</${name}>`;
}

function content(member: Member, value: unknown): string {
  const { shape } = member;
  switch (shape.kind) {
    case "structure":
      return membersXml(shape, value);
    case "list": {
      const name = shape.member.xmlName ?? "member";
      return listOf(value)
        .map((item) => element(shape.member, name, item))
        .join("");
    }
    case "map":
      return entries(shape, value, "entry", undefined);
    default:
      return escapeXml(textFromValue(member, value, TIMESTAMPS));
  }
}

function entries(
  shape: Extract<Shape, { kind: "map" }>,
  value: unknown,
  name: string,
  namespace: XmlNamespace | undefined,
): string {
  let out = "";
  for (const [key, item] of Object.entries(recordOf(value))) {
    if (item === undefined) continue;
    out += `<${name}${namespaceAttribute(namespace)}>${element(shape.key, shape.key.xmlName ?? "key", key)}${element(shape.value, shape.value.xmlName ?? "value", item)}</${name}>`;
  }
  return out;
}

const namespaceAttribute = (namespace: XmlNamespace | undefined): string =>
  namespace === undefined ? "" : ` xmlns${namespace[0] === "" ? "" : `:${namespace[0]}`}="${escapeXml(namespace[1])}"`;

function attributes(shape: StructureShape, value: unknown): string {
  const record = recordOrEmpty(value);
  let out = "";
  for (const member of shape.members) {
    const item = record[member.name];
    if (member.xmlAttribute && item !== undefined && item !== null)
      out += ` ${xmlKey(member)}="${escapeAttribute(textFromValue(member, item, TIMESTAMPS))}"`;
  }
  return out;
}
