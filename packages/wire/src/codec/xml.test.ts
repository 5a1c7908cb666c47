import assert from "node:assert/strict";
import { test } from "node:test";
import { modelOfShapes } from "../model/models.harness.ts";
import type { StructureShape } from "../model/shape.ts";
import type { SnapshotShape } from "../model/snapshot.ts";
import { treeFromXml } from "./xml-read.ts";
import { structureElement } from "./xml-write.ts";

const SHAPES: Record<string, SnapshotShape> = {
  In: {
    kind: "structure",
    members: {
      Name: { shape: "S" },
      Kind: { shape: "S", xmlAttribute: true, xmlName: "xsi:type" },
      Plain: { shape: "List" },
      Flat: { shape: "List", xmlFlattened: true, xmlName: "flat" },
      Map: { shape: "Map" },
      Inner: { shape: "In" },
      At: { shape: "T" },
      Data: { shape: "B" },
    },
  },
  List: { kind: "list", member: { shape: "S", xmlName: "item" } },
  Map: { kind: "map", key: { shape: "S" }, value: { shape: "S" } },
  S: { kind: "string" },
  T: { kind: "timestamp" },
  B: { kind: "blob" },
};

const input = modelOfShapes(SHAPES, "restXml").operations.get("Op")?.input;
const shape: StructureShape = input ?? assert.fail("no input");

const write = (value: object) => structureElement("In", shape, value, undefined);
const read = (xml: string) => JSON.parse(JSON.stringify(treeFromXml(shape, Buffer.from(xml))));

const both = (name: string, value: object, xml: string) =>
  test(`written and read: ${name}`, () => {
    assert.equal(write(value), xml);
    assert.deepEqual(read(xml), JSON.parse(JSON.stringify(value)));
  });

both(
  "text with markup",
  { Name: `<a> & "b" 'c' é 😀` },
  "<In><Name>&lt;a&gt; &amp; &quot;b&quot; 'c' é 😀</Name></In>",
);
both("a carriage return, which parsers would make a newline", { Name: "a\r\nb" }, "<In><Name>a&#xD;\nb</Name></In>");
both("an attribute with a line break", { Kind: "a\nb" }, '<In xsi:type="a&#xA;b"></In>');
both("a list in its element", { Plain: ["a", "b"] }, "<In><Plain><item>a</item><item>b</item></Plain></In>");
both("an empty list", { Plain: [] }, "<In><Plain></Plain></In>");
both("a map", { Map: { k: "v" } }, "<In><Map><entry><key>k</key><value>v</value></entry></Map></In>");
both("a structure in itself", { Inner: { Name: "x" } }, "<In><Inner><Name>x</Name></Inner></In>");
both("a time", { At: new Date(0) }, "<In><At>1970-01-01T00:00:00Z</At></In>".replace(".000", ""));

test("a flattened list repeats its own name, its element's name where the model gives one", () => {
  assert.deepEqual(read("<In><flat>a</flat><Name>n</Name><flat>b</flat></In>"), { Name: "n", Flat: ["a", "b"] });
});

test("namespace prefixes, comments, CDATA and character references are read", () => {
  assert.deepEqual(
    read('<?xml version="1.0"?><s:In xmlns:s="x"><!-- c --><s:Name><![CDATA[<a>]]>&#x1F600;</s:Name></s:In>'),
    { Name: "<a>😀" },
  );
});

test("a character that XML cannot hold is written as a reference, as S3 does", () => {
  assert.equal(write({ Name: "a\u0001b" }), "<In><Name>a&#x1;b</Name></In>");
});

const refused = (name: string, xml: string, message: RegExp) =>
  test(`refused: ${name}`, () => assert.throws(() => read(xml), { code: "SerializationException", message }));
refused("an unclosed element", "<In><Name>", /not well-formed/);
refused("an unknown entity", "<In><Name>&x;</Name></In>", /not well-formed/);
refused(
  "a document type, and so its entities",
  '<!DOCTYPE x [<!ENTITY a "aaaa">]><In><Name>&a;</Name></In>',
  /document type/,
);
refused("endless nesting", "<a>".repeat(100_000), /nests deeper/);
refused("an empty body", "", /no element|not well-formed/);
