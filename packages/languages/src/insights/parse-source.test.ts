import assert from "node:assert/strict";
import { test } from "node:test";
import type { SourceNode } from "./node.ts";
import { parseInsights } from "./parse.ts";
import { planInsights } from "./plan.ts";
import { rangeOfSource } from "./source-range.ts";

test("SOURCE names the groups a query reads", () => {
  const f = (text: string, expected: Partial<Omit<SourceNode, "span">> | undefined) => {
    const { source } = planInsights(parseInsights(`${text} | fields @message`));
    if (source === undefined || expected === undefined) return assert.equal(source, expected);
    const { span: _span, ...given } = source;
    const nothing = {
      names: undefined,
      logGroups: undefined,
      dataSources: undefined,
      tags: undefined,
      range: undefined,
    };
    assert.deepEqual(JSON.parse(JSON.stringify(given)), JSON.parse(JSON.stringify({ ...nothing, ...expected })));
  };
  const all = { namePrefixes: undefined, accounts: undefined, classes: undefined };
  f("filter a", undefined);
  f("SOURCE logGroups()", { logGroups: all });
  f("source loggroups(namePrefix: ['a', \"b\"], class: ['STANDARD'])", {
    logGroups: { ...all, namePrefixes: ["a", "b"], classes: ["STANDARD"] },
  });
  f("SOURCE logGroups(accountIdentifiers: ['111122223333']) dataSource(['amazon_vpc.flow'])", {
    logGroups: { ...all, accounts: ["111122223333"] },
    dataSources: ["amazon_vpc.flow"],
  });
  f('SOURCE logGroupTags([{"key":"team","values":["a*","!b"]}])', { tags: [{ key: "team", values: ["a*", "!b"] }] });
});

test("SOURCE takes names of groups", () => {
  const { source } = parseInsights("SOURCE '/a/b', `c` | fields @message");
  assert.deepEqual(
    source?.names?.map(({ name }) => name),
    ["/a/b", "c"],
  );
});

test("SOURCE takes a range of its own", () => {
  const around = { startTimeMs: 100, endTimeMs: 900 };
  const f = (text: string, expected: readonly [number, number]) => {
    const { startTimeMs, endTimeMs } = rangeOfSource(parseInsights(text).source?.range, around, 1_000_000);
    assert.deepEqual([startTimeMs, endTimeMs], expected);
  };
  f("SOURCE g", [100, 900]);
  f("SOURCE 'g', h START=5 END=7 | fields a", [5, 7]);
  f("SOURCE g start=-10s end=now", [990_000, 1_000_000]);
  f("SOURCE g end=-1ms | fields a", [100, 999_999]);
  f("SOURCE logGroups(namePrefix: ['a']) START=200", [200, 900]);
});
