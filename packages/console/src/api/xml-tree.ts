import { SaxesParser } from "saxes";
import type { XmlElement } from "./query-xml.ts";

interface Node extends XmlElement {
  readonly localName: string;
  textContent: string;
  readonly children: Node[];
}

/**
 * The elements of an XML text; undefined when it is not well-formed. The browser's own parser is not used: it can make documents with
 * scripts, so the page's content policy refuses to feed it texts.
 */
export function xmlTree(text: string): XmlElement | undefined {
  const top: Node = { localName: "", textContent: "", children: [] };
  const open: Node[] = [top];
  let broken = false;
  const parser = new SaxesParser();
  parser.on("error", () => {
    broken = true;
  });
  parser.on("opentag", ({ name }) => {
    const node: Node = { localName: name.slice(name.indexOf(":") + 1), textContent: "", children: [] };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on("closetag", () => void open.pop());
  const addText = (part: string) => {
    const node = open.at(-1);
    if (node !== undefined) node.textContent += part;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.write(text).close();
  return broken ? undefined : top.children[0];
}
