import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { awsError } from "./aws-error.ts";
import { aroundNow, query } from "./insights.ts";
import { NEIGHBOUR, startVictim, type Victim } from "./victim.ts";

/** Tokens, query ids and pointers that were changed, made up, or belong to another request or account. */
const MARK = "LEAKED-51ab0e";
const GROUP = "hostile/tokens";
const NEIGHBOURS = { who: NEIGHBOUR };

let victim: Victim;
before(async () => {
  victim = await startVictim({ neighbour: true });
  for (const [word, sign] of [
    ["own", {}],
    [MARK, NEIGHBOURS],
  ] as const) {
    for (const logGroupName of [GROUP, `${GROUP}-2`]) {
      await victim.done("CreateLogGroup", { logGroupName }, sign);
      for (const logStreamName of ["a", "b", "c"]) {
        await victim.done("CreateLogStream", { logGroupName, logStreamName }, sign);
        const logEvents = Array.from({ length: 5 }, (_, i) => ({
          timestamp: Date.now() - 1_000 + i,
          message: `${word} ${i}`,
        }));
        await victim.done("PutLogEvents", { logGroupName, logStreamName, logEvents }, sign);
      }
    }
  }
});
after(() => victim.stop());
afterEach(async () => {
  await victim.assertUnharmed();
  assert.doesNotMatch(victim.log(), /A call failed on the server/, victim.log().slice(-1_500));
});

interface Paged {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly token: string;
  /** The same operation asked for something else. */
  readonly otherwise: Readonly<Record<string, unknown>>;
}

const PAGED: readonly Paged[] = [
  {
    operation: "DescribeLogGroups",
    input: { limit: 1 },
    token: "nextToken",
    otherwise: { limit: 1, logGroupNamePrefix: "hostile/t" },
  },
  {
    operation: "ListLogGroups",
    input: { limit: 1 },
    token: "nextToken",
    otherwise: { limit: 1, logGroupNamePattern: "hostile" },
  },
  {
    operation: "DescribeLogStreams",
    input: { logGroupName: GROUP, limit: 1 },
    token: "nextToken",
    otherwise: { logGroupName: `${GROUP}-2`, limit: 1 },
  },
  {
    operation: "FilterLogEvents",
    input: { logGroupName: GROUP, limit: 1 },
    token: "nextToken",
    otherwise: { logGroupName: `${GROUP}-2`, limit: 1 },
  },
];

/** What somebody who sees how a token is made could make of it. */
function forgeries(token: string): string[] {
  const text = Buffer.from(token, "base64url").toString("utf8");
  const parsed = JSON.parse(text) as Record<string, unknown>;
  const positions: unknown[] = [
    null,
    -1,
    1e308,
    1.5,
    "x",
    "\0",
    "\ud800",
    [],
    {},
    [1],
    [1e308, "1"],
    [-1, "1"],
    [1.5, "1"],
    [1, "99999999999999999999"],
    [1, "-1"],
    ["1", "1"],
    [9e15, "18446744073709551616"],
    { name: "x" },
    { name: "x", time: 1e308 },
    { name: "\0'", time: -1 },
    { name: "__proto__", time: 0 },
    true,
    "' OR 1=1",
  ];
  const withPosition = positions.map((position) => ({ ...parsed, position }));
  const others = [
    {},
    [],
    null,
    1,
    "x",
    { ...parsed, madeAt: "now" },
    { ...parsed, madeAt: 0 },
    { ...parsed, request: "" },
    JSON.parse('{"__proto__":{"position":1,"request":"","madeAt":1}}'),
  ];
  return [...withPosition, ...others].map((value) => Buffer.from(JSON.stringify(value)).toString("base64url"));
}

test("a token is good for its own request alone", async () => {
  for (const { operation, input, token, otherwise } of PAGED) {
    const first = await victim.done(operation, input);
    const nextToken = first[token];
    assert.ok(typeof nextToken === "string", operation);
    assert.equal((await victim.call(operation, { ...input, nextToken })).status, 200, operation);
    for (const [other, sign] of [
      [otherwise, {}],
      [input, NEIGHBOURS],
      [input, { region: "eu-west-1" }],
    ] as const) {
      const answer = await victim.call(operation, { ...other, nextToken }, sign);
      assert.equal(answer.status, 400, `${operation} ${JSON.stringify(other)}`);
    }
    for (const another of PAGED.filter((candidate) => candidate.operation !== operation)) {
      const answer = await victim.call(another.operation, { ...another.input, nextToken });
      assert.equal(answer.status, 400, `${operation}'s token for ${another.operation}`);
    }
  }
});

test("a token that was changed or made up is refused or harmless, never a failure", async () => {
  for (const { operation, input, token } of PAGED) {
    const { [token]: real } = await victim.done(operation, input);
    assert.ok(typeof real === "string");
    const spoilt = [
      real.slice(1),
      real.slice(0, -4),
      `${real}x`,
      real.toUpperCase(),
      `${real} `,
      "",
      "x",
      "=",
      "é",
      "\0",
      "../..",
      "x".repeat(100_000),
      ...forgeries(real),
    ];
    for (const nextToken of spoilt) {
      const { status, body } = await victim.call(operation, { ...input, nextToken });
      assert.ok(
        status === 200 || status === 400,
        `${operation} ${nextToken.slice(0, 200)} (${Buffer.from(nextToken, "base64url")}): ${status} ${JSON.stringify(body)}`,
      );
      assert.ok(!JSON.stringify(body).includes(MARK));
    }
  }
});

test("GetLogEvents' tokens that were made up are refused or harmless", async () => {
  const place = { logGroupName: GROUP, logStreamName: "a" };
  const digits = [
    "0".repeat(56),
    "9".repeat(56),
    "1".repeat(56),
    "0".repeat(55),
    "0".repeat(57),
    `${"0".repeat(55)}x`,
    "-".padEnd(56, "1"),
  ];
  for (const nextToken of digits.flatMap((id) => [`f/${id}`, `b/${id}`, `x/${id}`, id])) {
    const { status, body } = await victim.call("GetLogEvents", { ...place, nextToken });
    assert.ok(status === 200 || status === 400, `${nextToken}: ${status} ${JSON.stringify(body)}`);
    for (const next of status === 200 ? [body.nextForwardToken, body.nextBackwardToken] : []) {
      const again = await victim.call("GetLogEvents", { ...place, nextToken: next });
      assert.equal(again.status, 200, `${nextToken} led to ${String(next)}, which is refused`);
    }
  }
});

test("a query id is good in its own account and region alone", async () => {
  const result = await query(
    victim,
    { ...aroundNow(), logGroupName: GROUP, queryString: "fields @message" },
    NEIGHBOURS,
  );
  assert.ok("queryId" in result && result.rows.length > 0);
  for (const operation of ["GetQueryResults", "StopQuery"]) {
    for (const queryId of [
      result.queryId,
      "../admin-key.json",
      "../../state.db",
      "%2e%2e",
      "'",
      "\0",
      "\ud800",
      "__proto__",
      "x".repeat(256),
      `${result.queryId}/../x`,
    ]) {
      const answer = await victim.sendOne(victim.signed(operation, { queryId }));
      assert.match(awsError(answer).code, /^(ResourceNotFoundException|InvalidParameterException)$/);
    }
    const elsewhere = await victim.call(operation, { queryId: result.queryId }, { ...NEIGHBOURS, region: "eu-west-1" });
    assert.equal(elsewhere.status, 400);
  }
  const { queries } = await victim.done("DescribeQueries", {});
  assert.ok(!JSON.stringify(queries).includes(result.queryId));
});

test("a pointer is good in its own account alone", async () => {
  const theirs = await query(
    victim,
    { ...aroundNow(), logGroupName: GROUP, queryString: "fields @message, @ptr" },
    NEIGHBOURS,
  );
  assert.ok("rows" in theirs);
  const pointer = theirs.rows[0]?.["@ptr"] ?? "";
  assert.notEqual(pointer, "");
  const { logRecord } = await victim.done("GetLogRecord", { logRecordPointer: pointer }, NEIGHBOURS);
  assert.match((logRecord as Record<string, string>)["@message"] ?? "", new RegExp(MARK));
  for (const sign of [{}, { ...NEIGHBOURS, region: "eu-west-1" }]) {
    const answer = await victim.call("GetLogRecord", { logRecordPointer: pointer }, sign);
    assert.equal(answer.body.__type, "ResourceNotFoundException");
  }
});

test("a pointer that was changed or made up is refused or finds nothing", async () => {
  const own = await query(victim, { ...aroundNow(), logGroupName: GROUP, queryString: "fields @message, @ptr" });
  assert.ok("rows" in own);
  const pointer = Buffer.from(own.rows[0]?.["@ptr"] ?? "", "base64").toString();
  const [groupId = "", timestamp = "", seq = ""] = pointer.split(":");
  const texts = [
    `${groupId}:${timestamp}:99999999999999999999`,
    `${groupId}:${timestamp}:18446744073709551616`,
    `${groupId}:999999999999999:${seq}`,
    `${groupId}:0:0`,
    `9999999999:${timestamp}:${seq}`,
    `4294967296:${timestamp}:${seq}`,
    `0:${timestamp}:${seq}`,
    `-1:${timestamp}:${seq}`,
    `${groupId}' OR 1=1:${timestamp}:${seq}`,
    ":::",
    "",
    "\0",
  ];
  const pointers = [
    ...texts.map((text) => Buffer.from(text).toString("base64")),
    "",
    "x",
    "'",
    "é",
    "x".repeat(1_000_000),
  ];
  for (const logRecordPointer of pointers) {
    const answer = await victim.sendOne(victim.signed("GetLogRecord", { logRecordPointer }));
    assert.match(
      awsError(answer).code,
      /^(ResourceNotFoundException|InvalidParameterException)$/,
      logRecordPointer.slice(0, 100),
    );
  }
});
