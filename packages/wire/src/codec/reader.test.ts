import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModel } from "../model/load.ts";
import { modelOfShapes } from "../model/models.harness.ts";
import type { StructureShape } from "../model/shape.ts";
import type { SnapshotShape } from "../model/snapshot.ts";
import { WireFailure } from "./failure.ts";
import { treeFromJson } from "./json.ts";
import { compileReader } from "./reader.ts";

const logs = loadModel("cloudwatch-logs");

const inputOf = (operation: string): StructureShape => {
  const shape = logs.operations.get(operation)?.input;
  if (!shape) throw new Error(`No input: ${operation}`);
  return shape;
};

/** A structure made of the given shapes, the first of which is read. */
const shapeOf = (shapes: Record<string, SnapshotShape>): StructureShape =>
  modelOfShapes(shapes).operations.get("Op")?.input ?? assert.fail("The operation has no input.");

const read = (shape: StructureShape, json: string) =>
  compileReader(shape, "member", { code: "InvalidParameterException" }).read(treeFromJson(Buffer.from(json)));

/** `Code: message` of what reading throws. */
function refusal(shape: StructureShape, json: string): string {
  try {
    read(shape, json);
  } catch (error) {
    if (error instanceof WireFailure) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

const invalid = (count: number, ...sentences: string[]) =>
  `InvalidParameterException: ${count} validation error${count === 1 ? "" : "s"} detected: ${sentences.join("; ")}`;
const constraint = (value: string, path: string, demand: string) =>
  `Value ${value} at '${path}' failed to satisfy constraint: ${demand}`;

const GROUP_PATTERN = "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+";

const refused = (name: string, operation: string, json: string, expected: string) =>
  test(`refused: ${name}`, () => assert.equal(refusal(inputOf(operation), json), expected));

refused(
  "an empty name, for its pattern and its length",
  "CreateLogGroup",
  '{"logGroupName":""}',
  invalid(
    2,
    constraint("''", "logGroupName", GROUP_PATTERN),
    constraint("''", "logGroupName", "Member must have length greater than or equal to 1"),
  ),
);
refused(
  "a required member that is absent",
  "CreateLogGroup",
  "{}",
  invalid(1, constraint("null", "logGroupName", "Member must not be null")),
);
refused(
  "a required member that is null",
  "CreateLogGroup",
  '{"logGroupName":null}',
  invalid(1, constraint("null", "logGroupName", "Member must not be null")),
);
refused(
  "a number above its range",
  "DescribeLogGroups",
  '{"limit":99}',
  invalid(1, constraint("'99'", "limit", "Member must have value less than or equal to 50")),
);
refused(
  "a word outside its enumeration",
  "CreateLogGroup",
  '{"logGroupName":"a","logGroupClass":"NOPE"}',
  invalid(
    1,
    constraint(
      "'NOPE'",
      "logGroupClass",
      "Member must satisfy enum value set: [STANDARD, INFREQUENT_ACCESS, DELIVERY]",
    ),
  ),
);
refused(
  "an empty list",
  "PutLogEvents",
  '{"logGroupName":"a","logStreamName":"b","logEvents":[]}',
  invalid(1, constraint("'[]'", "logEvents", "Member must have length greater than or equal to 1")),
);
refused(
  "a member of a list's structure, by its place",
  "PutLogEvents",
  '{"logGroupName":"a","logStreamName":"b","logEvents":[{"timestamp":1,"message":"x"},{"message":"x"}]}',
  invalid(1, constraint("null", "logEvents.2.member.timestamp", "Member must not be null")),
);
refused(
  "a simple element, on its list",
  "FilterLogEvents",
  '{"logGroupName":"a","logStreamNames":["ok","b:d"]}',
  invalid(
    1,
    constraint(
      "'[ok, b:d]'",
      "logStreamNames",
      "Member must satisfy constraint: [Member must have length less than or equal to 512, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [^:*]*]",
    ),
  ),
);
refused(
  "a map's value, on its map",
  "TagLogGroup",
  `{"logGroupName":"a","tags":{"k":"${"v".repeat(257)}"}}`,
  invalid(
    1,
    constraint(
      `'{k=${"v".repeat(257)}}'`,
      "tags",
      "Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$]",
    ),
  ),
);
refused(
  "a map's key, on its map",
  "TagLogGroup",
  '{"logGroupName":"a","tags":{"":"v"}}',
  invalid(
    1,
    constraint(
      "'{=v}'",
      "tags",
      "Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)$]",
    ),
  ),
);
refused(
  "a string too long, for its length alone",
  "CreateLogGroup",
  `{"logGroupName":"${"é".repeat(1025)}"}`,
  invalid(1, constraint(`'${"é".repeat(1024)}…'`, "logGroupName", "Member must have length less than or equal to 512")),
);
refused(
  "a number for a string",
  "CreateLogGroup",
  '{"logGroupName":5}',
  "SerializationException: NUMBER_VALUE can not be converted to a String",
);
refused(
  "a string for a number",
  "DescribeLogGroups",
  '{"limit":"5"}',
  "SerializationException: STRING_VALUE can not be converted to an Integer",
);
refused(
  "a fraction for an integer",
  "DescribeLogGroups",
  '{"limit":1.5}',
  "SerializationException: 1.5 can not be converted to an Integer: it is not a whole number",
);
refused(
  "an integer above 32 bits",
  "DescribeLogGroups",
  '{"limit":2147483648}',
  "SerializationException: 2147483648 is out of range for an Integer",
);
refused(
  "a list for a string",
  "CreateLogGroup",
  '{"logGroupName":["a"]}',
  "SerializationException: Start of list found where a String was expected.",
);
refused(
  "a string for a list",
  "PutLogEvents",
  '{"logGroupName":"a","logStreamName":"b","logEvents":"x"}',
  "SerializationException: STRING_VALUE can not be converted to a list",
);
refused(
  "a list for the input",
  "CreateLogGroup",
  "[]",
  "SerializationException: Start of list found where a structure was expected.",
);
refused(
  "null for the input",
  "CreateLogGroup",
  "null",
  "SerializationException: NULL_VALUE can not be converted to a structure",
);
refused(
  "a string for a boolean",
  "GetLogEvents",
  '{"logStreamName":"a","startFromHead":"true"}',
  "SerializationException: STRING_VALUE can not be converted to a Boolean",
);

test("the path's steps begin small and the count stays exact when only ten failures are named", () => {
  const shape = shapeOf({
    In: { kind: "structure", members: { Items: { shape: "Items", required: true } } },
    Items: { kind: "list", member: { shape: "Item" } },
    Item: { kind: "structure", members: { Name: { shape: "Name", required: true } } },
    Name: { kind: "string" },
  });
  const message = refusal(shape, JSON.stringify({ Items: Array.from({ length: 12 }, () => ({})) }));
  assert.match(message, /^InvalidParameterException: 12 validation errors detected: /);
  assert.match(message, /Value null at 'items\.10\.member\.name' failed/);
  assert.doesNotMatch(message, /items\.11/);
});

test("members that the model does not know are dropped", () => {
  assert.deepEqual(
    read(inputOf("CreateLogGroup"), '{"logGroupName":"a","isAdmin":true,"__type":"x","constructor":1}'),
    { logGroupName: "a" },
  );
});

test("the greatest long that clients send for 'no end' is taken", () => {
  assert.equal(read(inputOf("GetLogEvents"), '{"logStreamName":"a","endTime":9223372036854775807}').endTime, 2 ** 63);
});

test("a null character is text like any other", () => {
  const input = read(
    inputOf("PutLogEvents"),
    '{"logGroupName":"a","logStreamName":"b","logEvents":[{"timestamp":1,"message":"a\\u0000b"}]}',
  );
  assert.deepEqual(input.logEvents, [{ timestamp: 1, message: "a\0b" }]);
});

test("a map's keys have no power: __proto__ is a key and the map has no prototype", () => {
  const { tags } = read(
    shapeOf({
      In: { kind: "structure", members: { tags: { shape: "Tags" } } },
      Tags: { kind: "map", key: { shape: "S" }, value: { shape: "S" } },
      S: { kind: "string" },
    }),
    '{"tags":{"__proto__":"x","k":"v"}}',
  );
  assert.equal(Object.getPrototypeOf(tags), null);
  assert.deepEqual(Object.entries(tags as object), [
    ["__proto__", "x"],
    ["k", "v"],
  ]);
  assert.equal(({} as Record<string, unknown>).x, undefined);
});

test("a length is counted in code points", () => {
  const shape = shapeOf({
    In: { kind: "structure", members: { name: { shape: "N" } } },
    N: { kind: "string", max: 2, min: 2 },
  });
  assert.equal(refusal(shape, '{"name":"😀😀"}'), "accepted");
  assert.match(refusal(shape, '{"name":"😀"}'), /greater than or equal to 2/);
  assert.match(refusal(shape, '{"name":"abc"}'), /less than or equal to 2/);
});

const RECURSIVE: Record<string, SnapshotShape> = {
  Tree: { kind: "structure", members: { left: { shape: "Tree" }, any: { shape: "Any" } } },
  Any: { kind: "document" },
};

test("recursion is followed to a depth, and no further", () => {
  const nested = (depth: number) => `${'{"left":'.repeat(depth)}{}${"}".repeat(depth)}`;
  assert.equal(refusal(shapeOf(RECURSIVE), nested(60)), "accepted");
  assert.equal(
    refusal(shapeOf(RECURSIVE), nested(100_000)),
    "SerializationException: The input nests deeper than 64 levels.",
  );
});

test("free-form data is copied to a depth, and no further", () => {
  const nested = (depth: number) => `{"any":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  assert.equal(refusal(shapeOf(RECURSIVE), nested(60)), "accepted");
  assert.equal(
    refusal(shapeOf(RECURSIVE), nested(100_000)),
    "SerializationException: The input nests deeper than 64 levels.",
  );
});

test("deep data under a member that the model does not know is harmless", () => {
  assert.equal(
    refusal(inputOf("CreateLogGroup"), `{"logGroupName":"a","x":${"[".repeat(500_000)}${"]".repeat(500_000)}}`),
    "accepted",
  );
});

test("a union has exactly one member", () => {
  const shape = shapeOf({
    In: { kind: "structure", union: true, members: { a: { shape: "S" }, b: { shape: "S" } } },
    S: { kind: "string" },
  });
  assert.equal(refusal(shape, '{"a":"x"}'), "accepted");
  assert.match(
    refusal(shape, "{}"),
    /^SerializationException: Exactly one member of the union In must be set, and 0 are/,
  );
  assert.match(refusal(shape, '{"a":"x","b":"y"}'), /and 2 are/);
});

test("a blob must be base64, and a timestamp a time", () => {
  const shape = shapeOf({
    In: { kind: "structure", members: { data: { shape: "B" }, at: { shape: "T" } } },
    B: { kind: "blob", max: 2 },
    T: { kind: "timestamp" },
  });
  assert.deepEqual(read(shape, '{"data":"aGk=","at":1.5}'), { data: Buffer.from("hi"), at: new Date(1500) });
  assert.match(refusal(shape, '{"data":"a"}'), /not valid base64/);
  assert.match(refusal(shape, '{"data":"aGlh"}'), /Member must have length less than or equal to 2/);
  assert.match(refusal(shape, '{"at":"yesterday"}'), /is not a time/);
  assert.match(refusal(shape, '{"at":true}'), /can not be converted to a Timestamp/);
});

test("null elements are refused, unless the list is sparse", () => {
  const list = (sparse: boolean) =>
    shapeOf({
      In: { kind: "structure", members: { items: { shape: "L" } } },
      L: { kind: "list", member: { shape: "S" }, sparse },
      S: { kind: "string" },
    });
  assert.deepEqual(read(list(true), '{"items":["a",null]}'), { items: ["a", null] });
  assert.equal(
    refusal(list(false), '{"items":["a",null]}'),
    invalid(1, constraint("null", "items.2.member", "Member must not be null")),
  );
});

test("a sensitive value is left out of the message", () => {
  const shape = shapeOf({
    In: { kind: "structure", members: { password: { shape: "P", sensitive: true } } },
    P: { kind: "string", min: 8 },
  });
  assert.equal(
    refusal(shape, '{"password":"hunter2"}'),
    invalid(1, "Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 8"),
  );
});

test("a text within its length is matched, however many code units it has", () => {
  const shape = shapeOf({
    In: { kind: "structure", members: { name: { shape: "N" } } },
    N: { kind: "string", max: 10, pattern: "[a-z]*" },
  });
  assert.match(refusal(shape, `{"name":"${"😀".repeat(8)}"}`), /regular expression pattern: \[a-z\]\*$/);
  assert.match(refusal(shape, `{"name":"${"A".repeat(12)}"}`), /pattern.*; .*less than or equal to 10$/);
  assert.doesNotMatch(refusal(shape, `{"name":"${"A".repeat(21)}"}`), /pattern/);
});

test("a pattern without a length is not matched against endless text", () => {
  const shape = shapeOf({
    In: { kind: "structure", members: { name: { shape: "N" } } },
    N: { kind: "string", pattern: "[a-z]*" },
  });
  assert.equal(refusal(shape, `{"name":"${"a".repeat(65_536)}"}`), "accepted");
  assert.match(refusal(shape, `{"name":"${"a".repeat(65_537)}"}`), /regular expression pattern/);
});
