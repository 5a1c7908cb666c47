import assert from "node:assert/strict";
import { test } from "node:test";
import { readFailure, readTestBlocks } from "../syntax/test-blocks.ts";
import { metricNameTokens, planSearch } from "./index-plan.ts";
import { compileSearch, type SearchedMetric } from "./match.ts";
import { SearchExpressionError } from "./nodes.ts";
import { parseSearchExpression } from "./parse.ts";

type Named = SearchedMetric & { readonly name: string };

function readMetric(line: string): Named {
  const [name = "", rest = ""] = line.split(": ");
  const [namespace = "", metric = "", ...pairs] = rest.split(" ").map((word) => word.replaceAll("_", " "));
  const dimensions = Object.fromEntries(pairs.map((pair) => pair.split("=")));
  return {
    name,
    namespace,
    metric,
    dimensions,
    account: "111122223333",
  };
}

/** What a store would look through: metrics that have what the plan says. */
function fitsPlan(search: string, { namespace, metric, dimensions, account }: Named): boolean {
  const plan = planSearch(parseSearchExpression(search));
  const names = Object.keys(dimensions);
  const tokens = new Set([namespace, metric, ...names, ...Object.values(dimensions)].flatMap(metricNameTokens));
  return (
    !plan.nothing &&
    (plan.namespace ?? namespace) === namespace &&
    (plan.metric ?? metric) === metric &&
    (plan.account ?? account) === account &&
    (plan.dimensionNames === undefined || plan.dimensionNames.join() === names.sort().join()) &&
    plan.dimensions.every(
      ({ name, value }) => name in dimensions && (value ?? dimensions[name]) === dimensions[name],
    ) &&
    plan.tokens.every((token) => tokens.has(token))
  );
}

test("searches of testdata/searches.test", () => {
  let metrics: readonly Named[] = [];
  let search = "";
  for (const { word, rest, line, lines } of readTestBlocks(new URL("testdata/searches.test", import.meta.url))) {
    if (word === "metrics") metrics = lines.map(readMetric);
    else if (word === "search") search = lines.join("\n");
    else {
      const found = metrics.filter(compileSearch(parseSearchExpression(search)));
      assert.equal(found.map(({ name }) => name).join(" "), rest, `line ${line}: ${search}`);
      for (const metric of found)
        assert.ok(fitsPlan(search, metric), `line ${line}: the plan of ${search} misses ${metric.name}`);
    }
  }
});

test("what cannot be read is refused with its place", () => {
  let search = "";
  for (const { word, rest, line, lines } of readTestBlocks(new URL("testdata/failures.test", import.meta.url))) {
    if (word === "search") {
      search = lines.join("\n");
      continue;
    }
    const { start, end, message } = readFailure(rest);
    assert.throws(
      () => parseSearchExpression(search),
      (error: unknown) => {
        assert.ok(error instanceof SearchExpressionError, `line ${line}: ${String(error)}`);
        assert.ok(error.message.includes(message), `line ${line}: ${error.message}`);
        assert.deepEqual([error.startOffset, error.endOffset], [start, end], `line ${line}: ${error.message}`);
        return true;
      },
    );
  }
});

test("names have the tokens of the guide's table", () => {
  const f = (name: string, expected: string) => assert.equal(metricNameTokens(name).join(" "), expected);
  f("CustomCount1", "customcount1 custom count 1");
  f("SDBFailure", "sdbfailure sdb failure");
  f("Project2-trial333", "project2trial333 project 2 trial 333");
  f("Network-Errors_2", "networkerrors2 network errors 2");
  f("CPU", "cpu");
  f("t2.micro", "t2micro t 2 micro");
  f("日本Größe", "日本größe 日本 größe");
  f("--", "");
});

test("the plan has what every metric found must have", () => {
  const f = (search: string, expected: object) => {
    const known = Object.entries(planSearch(parseSearchExpression(search))).filter(
      ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
    );
    assert.deepEqual(Object.fromEntries(known), expected, search);
  };
  f('{AWS/EC2,InstanceId} MetricName="CPUUtilization"', {
    namespace: "AWS/EC2",
    dimensionNames: ["InstanceId"],
    metric: "CPUUtilization",
    tokens: ["cpu", "utilization"],
  });
  f('Namespace="AWS/EC2" InstanceType=micro Zone="a"', {
    namespace: "AWS/EC2",
    dimensions: [{ name: "InstanceType" }, { name: "Zone", value: "a" }],
    tokens: ["2", "a", "aws", "ec", "micro"],
  });
  f('MetricName="a" MetricName="b"', { metric: "b", tokens: ["a", "b"], nothing: true });
  f('{AWS/EC2} Namespace="AWS/EBS"', {
    namespace: "AWS/EBS",
    tokens: ["aws", "ebs"],
    nothing: true,
  });
  f("network-errors", { tokens: ["errors", "network"] });
  f("customcount1", {});
  f("a OR b", {});
  f("NOT a", {});
  f("(a OR b) c", { tokens: ["c"] });
  f(':aws.AccountId="111122223333"', { account: "111122223333" });
});

test("a search has bounds", () => {
  assert.throws(() => parseSearchExpression("a ".repeat(513)), /at most 1024 characters/);
  assert.throws(() => parseSearchExpression("(".repeat(200)), /nested more than 100 deep/);
  assert.ok(
    compileSearch(parseSearchExpression(`${"NOT ".repeat(250)}a`))({ namespace: "a", metric: "b", dimensions: {} }),
  );
});
