import assert from "node:assert/strict";
import { test } from "node:test";
import { listOf, readXml, recordOf, textOf, type XmlElement } from "./query-xml.ts";

/** An element with text, or with children. */
const element = (localName: string, content: string | XmlElement[]): XmlElement =>
  typeof content === "string"
    ? { localName, textContent: content, children: [] }
    : { localName, textContent: content.map(({ textContent }) => textContent ?? "").join(""), children: content };

test("members become a list, entries a record, other children a record by their names", () => {
  const topics = element("Topics", [
    element("member", [element("TopicArn", "arn:a")]),
    element("member", [element("TopicArn", "arn:b")]),
  ]);
  const attributes = element("Attributes", [element("entry", [element("key", "Owner"), element("value", "1234")])]);
  assert.deepEqual(readXml(element("Result", [topics, attributes])), {
    Topics: [{ TopicArn: "arn:a" }, { TopicArn: "arn:b" }],
    Attributes: { Owner: "1234" },
  });
});

test("an empty list, map or text can be read as any of them", () => {
  const empty = readXml(element("Topics", ""));
  assert.deepEqual([listOf(empty), recordOf(empty), textOf(empty)], [[], {}, ""]);
  assert.deepEqual([listOf(undefined), recordOf(undefined), textOf(undefined)], [[], {}, undefined]);
  assert.equal(textOf(["a"]), undefined);
});
