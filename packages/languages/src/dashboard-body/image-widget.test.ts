import assert from "node:assert/strict";
import { test } from "node:test";
import { NotJson } from "./dashboard-body.ts";
import { readImageWidget } from "./image-widget.ts";

const errorsOf = (widget: object) =>
  readImageWidget(JSON.stringify(widget)).errors.map(({ dataPath, message }) => `${dataPath}: ${message}`);

test("a widget with the size of its picture", () => {
  const { widget } = readImageWidget(
    '{"metrics":[["N","M"]],"width":600,"height":395,"start":"-P1D","yAxis":{"left":{"min":0}}}',
  );
  assert.equal(widget?.width, 600);
  assert.deepEqual(widget?.metrics, [["N", "M"]]);
});

test("no region is needed, and members of a dashboard's widget do no harm", () => {
  assert.deepEqual(errorsOf({ metrics: [["N", "M"]], sparkline: true, whatever: 1 }), []);
});

test("metrics are needed, one to a hundred", () => {
  assert.deepEqual(errorsOf({}), [": Should have required property 'metrics'"]);
  assert.deepEqual(errorsOf({ metrics: [] }), ["/metrics: Should NOT have less than 1 items"]);
  assert.deepEqual(errorsOf({ metrics: Array(101).fill(["N", "M"]) }), [
    "/metrics: Should NOT have more than 100 items",
  ]);
});

test("a picture has one to two thousand pixels each way", () => {
  assert.deepEqual(errorsOf({ metrics: [["N", "M"]], width: 0, height: 2001 }), [
    "/width: Should be >= 1",
    "/height: Should be <= 2000",
  ]);
});

test("what is no JSON object is no widget", () => assert.throws(() => readImageWidget("nothing"), NotJson));
