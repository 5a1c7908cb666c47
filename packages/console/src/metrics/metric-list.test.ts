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

test("a search is graphed as what it finds", () => {
  const f = (search: string, namespace: string | undefined, expected: string) =>
    assert.equal(searchExpression(search, namespace), expected);
  f("bytes out", undefined, `SEARCH('"bytes" "out"', 'Average', 300)`);
  f("nat-1", "AWS/NATGateway", `SEARCH('Namespace="AWS/NATGateway" "nat-1"', 'Average', 300)`);
  f(`it's "x"`, undefined, `SEARCH('"it\\'s" "x"', 'Average', 300)`);
});

test("a search finds metrics that hold every word", () => {
  const f = (search: string, expected: number) => assert.equal(found(metrics, search).length, expected);
  f("", 3);
  f("bytesout", 2);
  f("nat-1 source", 1);
  f("nat-1 404", 0);
});
