import assert from "node:assert/strict";
import { test } from "node:test";
import { readEc2Xml } from "./ec2-xml.ts";
import type { XmlElement } from "./query-xml.ts";

const leaf = (localName: string, textContent: string): XmlElement => ({ localName, textContent, children: [] });
const node = (localName: string, ...children: XmlElement[]): XmlElement => ({ localName, textContent: "", children });

test("items are lists, also one alone, and lists may be in them", () => {
  const answer = node(
    "DescribeFlowLogsResponse",
    leaf("requestId", "r"),
    node(
      "flowLogSet",
      node("item", leaf("flowLogId", "fl-1"), node("tagSet", node("item", leaf("key", "a"), leaf("value", "")))),
    ),
  );
  assert.deepEqual(readEc2Xml(answer), {
    requestId: "r",
    flowLogSet: [{ flowLogId: "fl-1", tagSet: [{ key: "a", value: "" }] }],
  });
});
