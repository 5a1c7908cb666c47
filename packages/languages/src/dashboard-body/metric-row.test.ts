import assert from "node:assert/strict";
import { test } from "node:test";
import { readMetricRows } from "./metric-row.ts";
import { Findings, Place } from "./place.ts";

function read(rows: unknown[]) {
  const findings = new Findings();
  const read = readMetricRows(rows, new Place(findings));
  const texts = read.map((row) =>
    row.kind === "expression" ? row.expression : [row.namespace, row.metric, ...row.dimensions.flat()].join(" "),
  );
  return { texts, errors: findings.errors.map(({ dataPath, message }) => `${dataPath}: ${message}`) };
}
const expanded = (rows: unknown[], ...expected: string[]) =>
  assert.deepEqual(read(rows), { texts: expected, errors: [] });
const refused = (rows: unknown[], ...expected: string[]) => assert.deepEqual(read(rows).errors, expected);

const FULL = ["NS", "M", "D", "1", "E", "2"];

test("a row is namespace, name and dimensions", () => {
  expanded([["NS", "M"]], "NS M");
  expanded([FULL, ["NS", "M", "D", "3", { stat: "Sum" }]], "NS M D 1 E 2", "NS M D 3");
});

test("a point repeats the text at its place", () => {
  expanded([FULL, [".", "N", ".", ".", ".", "9"]], "NS M D 1 E 2", "NS N D 1 E 9");
  expanded([FULL, [".", "N"], [".", "O"]], "NS M D 1 E 2", "NS N", "NS O");
});

test("three points repeat all up to what follows", () => {
  expanded([FULL, ["...", "9"]], "NS M D 1 E 2", "NS M D 1 E 9");
  expanded([FULL, ["..."]], "NS M D 1 E 2", "NS M D 1 E 2");
  expanded([FULL, ["...", { stat: "p99" }]], "NS M D 1 E 2", "NS M D 1 E 2");
  expanded([FULL, ["X", "...", "8", "E", "9"]], "NS M D 1 E 2", "X M D 8 E 9");
  expanded([FULL, ["...", ".", "9"]], "NS M D 1 E 2", "NS M D 1 E 9");
});

test("shorthand passes over expressions", () => {
  expanded([["NS", "M"], [{ expression: "m1*2" }], [".", "N"]], "NS M", "m1*2", "NS N");
});

test("each row's shorthand goes on from the row before as it was written out", () => {
  expanded([FULL, ["...", "9"], [".", ".", ".", "7", ".", "."]], "NS M D 1 E 2", "NS M D 1 E 9", "NS M D 7 E 9");
});

test("rows that CloudWatch was seen to refuse, with its words", () => {
  refused(
    ["NS"],
    "/0: Should be array",
    '/0: Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element',
  );
  refused(
    [
      ["AWS/Billing", "EstimatedCharges", "Currency", "USD"],
      [".", ".", ".", "Service", "AmazonS3"],
    ],
    "/1: Should NOT have more than 4 items",
  );
  refused([["NS", "M", "D", { stat: "Sum" }]], "/0: Should NOT have more than 3 items");
  refused(
    [["NS", "M", { stat: "Sum" }, { color: "#fff" }]],
    '/0/2: Invalid metric field type, only "String" type is allowed',
  );
});

test("what is wrong with the options is said, and then what CloudWatch says", () => {
  refused(
    [["NS", "M", { color: "red" }]],
    '/0/2/color: Should match pattern "^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"',
    "/0: Should NOT have more than 2 items",
  );
  refused(
    [["NS", "M", { stat: "Sum", dimensions: { D: "1" } }]],
    '/0/2: The "dimensions" property is not a rendering property of a metric',
    "/0: Should NOT have more than 2 items",
  );
});

test("rows that say nothing", () => {
  refused([[]], "/0: Should NOT have less than 2 items");
  refused([["NS"]], "/0: Should NOT have less than 2 items");
  refused([[{ id: "m1" }]], "/0/0: Should have required property 'expression'");
  refused([[".", "M"]], '/0/0: There is no metric before with something at this place that "." could repeat');
  refused([["..."]], '/0/0: There is no metric before that "..." could repeat');
  refused(
    [
      ["NS", "M"],
      ["...", "a", "b", "c"],
    ],
    "/1: Should NOT have more than 2 items",
  );
});
