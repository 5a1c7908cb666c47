import assert from "node:assert/strict";
import { test } from "node:test";
import { dimensionSetsOf, found, namespacesOf, searchExpression } from "./metric-list.ts";

const metric = (namespace: string, name: string, dimensions: readonly (readonly [string, string])[] = []) => ({
  namespace,
  name,
  dimensions,
});
const metrics = [
  metric("AWS/NATGateway", "BytesOutToDestination", [["NatGatewayId", "nat-1"]]),
  metric("AWS/NATGateway", "BytesOutToSource", [["NatGatewayId", "nat-1"]]),
  metric("WebsiteLogMetrics", "accesslogs-404-errors"),
];

test("one's own namespaces come first; services go by their names", () => {
  assert.deepEqual(
    namespacesOf(metrics).map(({ title, count }) => [title, count]),
    [
      ["WebsiteLogMetrics", 1],
      ["NATGateway", 2],
    ],
  );
});

test("sets of dimensions have the names that people know", () => {
  const f = (namespace: string, dimensions: readonly string[], expected: string) =>
    assert.equal(
      dimensionSetsOf(namespace, [
        metric(
          namespace,
          "m",
          dimensions.map((name) => [name, "v"]),
        ),
      ])[0]?.title,
      expected,
    );
  f("AWS/NATGateway", ["NatGatewayId"], "NAT Gateway Metrics");
  f("WebsiteLogMetrics", [], "Metrics with no dimensions");
  f("Mine", ["host", "disk"], "disk, host");
});

test("metrics of one place are found by an expression, with those that come later", () => {
  const f = (given: readonly ReturnType<typeof metric>[], expected: string | undefined) =>
    assert.equal(searchExpression(given), expected);
  f(
    metrics.slice(0, 2),
    `SEARCH('{AWS/NATGateway,NatGatewayId} MetricName=("BytesOutToDestination" OR "BytesOutToSource")', 'Average', 300)`,
  );
  f(metrics, undefined);
  f([], undefined);
  f([metric("my shop", `it's "x"`)], `SEARCH('{"my shop"} MetricName=("it\\'s \\"x\\"")', 'Average', 300)`);
  f(
    Array.from({ length: 11 }, (_, index) => metric("N", `m${index}`)),
    undefined,
  );
});

test("a search finds metrics that hold every word", () => {
  const f = (search: string, expected: number) => assert.equal(found(metrics, search).length, expected);
  f("", 3);
  f("bytesout", 2);
  f("nat-1 source", 1);
  f("nat-1 404", 0);
});
