import type { ReadXml, XmlElement } from "./query-xml.ts";

/** An answer in AWS's EC2 protocol: elements become objects by their children's names, those of `item` elements lists, leaves text. */
export function readEc2Xml(element: XmlElement): ReadXml {
  const children = Array.from(element.children);
  if (children.length === 0) return element.textContent ?? "";
  if (children.every(({ localName }) => localName === "item")) return children.map(readEc2Xml);
  return Object.fromEntries(children.map((child) => [child.localName, readEc2Xml(child)]));
}
