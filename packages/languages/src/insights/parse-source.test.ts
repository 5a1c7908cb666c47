import assert from "node:assert/strict";
import { test } from "node:test";
import type { SourceNode } from "./node.ts";
import { parseInsights } from "./parse.ts";
import { planInsights } from "./plan.ts";

test("SOURCE names the groups a query reads", () => {
  const f = (text: string, expected: Partial<Omit<SourceNode, "span">> | undefined) => {
    const { source } = planInsights(parseInsights(`${text} | fields @message`));
    if (source === undefined || expected === undefined) return assert.equal(source, expected);
    const { span: _span, ...given } = source;
    const nothing = { names: undefined, logGroups: undefined, dataSources: undefined, tags: undefined };
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
