import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOfWidget } from "./widget-address.ts";

const span = { startMs: Date.UTC(2026, 10, 21), endMs: Date.UTC(2026, 10, 21, 3) };
const RANGE = "range=2026-11-21T00%3A00%3A00Z%7E2026-11-21T03%3A00%3A00Z";
const region = "us-east-1";

test("a widget leads to where it can be worked with", () => {
  const f = (widget: Parameters<typeof addressOfWidget>[0], expected: string | undefined) =>
    assert.equal(addressOfWidget(widget, span), expected);
  f(
    { type: "log", properties: { region, query: "SOURCE '/a' | SOURCE 'b' | limit 5" } },
    `#/logs/insights?${RANGE}&query=limit+5&groups=%2Fa%2Cb`,
  );
  f(
    { type: "metric", properties: { region, metrics: [] } },
    `#/metrics?${RANGE}&tab=graphed&graph=%7B%22region%22%3A%22us-east-1%22%2C%22metrics%22%3A%5B%5D%7D`,
  );
  f(
    { type: "metric", properties: { region, annotations: { alarms: ["arn:aws:cloudwatch:us-east-1:1:alarm:a b"] } } },
    "#/alarms/a%20b",
  );
  f({ type: "text", properties: { markdown: "x" } }, undefined);
  f({ type: "unheard", properties: {} }, undefined);
});
