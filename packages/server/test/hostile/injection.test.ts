import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { aroundNow, query } from "./insights.ts";
import { NEIGHBOUR, startVictim, type Victim } from "./victim.ts";

/**
 * Queries and patterns as a way to what the caller may not see: another group, another account, the engine's own
 * tables, files of the machine. Each of those holds a mark that no answer may show.
 */
const MARK = "LEAKED-9f27c1";
const OWN = { logGroupName: "hostile/own", logStreamName: "s" };
const OTHER = { logGroupName: "hostile/other", logStreamName: "s" };

let victim: Victim;
before(async () => {
  victim = await startVictim({ neighbour: true });
  const put = async (place: typeof OWN, messages: string[], who = {}) => {
    await victim.done("CreateLogGroup", { logGroupName: place.logGroupName }, who);
    await victim.done("CreateLogStream", place, who);
    const timestamp = Date.now();
    await victim.done(
      "PutLogEvents",
      { ...place, logEvents: messages.map((message) => ({ timestamp, message })) },
      who,
    );
  };
  await put(OWN, ["plain word", "number 42 here", '{"user":"ann","n":7,"__proto__":"p","a.b":{"c d":1}}']);
  await put(OTHER, [`${MARK} in another group`]);
  await put(OWN, [`${MARK} in another account`], { who: NEIGHBOUR });
});
after(() => victim.stop());
afterEach(() => victim.assertUnharmed());

/** Texts that end a literal, an identifier, a comment or a parameter somewhere, and go on with SQL. */
const PAYLOADS: readonly string[] = [
  "' OR 1=1 --",
  "') OR (1=1) --",
  "\\' OR 1=1 --",
  "\\\\' OR 1=1 --",
  '" OR 1=1 --',
  "` OR 1=1 --",
  "1 OR 1=1",
  "x') UNION ALL SELECT message, 1, '1' FROM events --",
  "x' UNION ALL SELECT name FROM system.tables --",
  "'||(SELECT groupArray(message) FROM events)||'",
  "file('/etc/passwd','LineAsString')",
  "url('http://127.0.0.1:1/','LineAsString')",
  "{groups:Array(UInt32)}",
  "{g0_group:UInt32}",
  "{x:Identifier}",
  "/* */ OR 1=1 /*",
  "-- \n OR 1=1",
  "# OR 1=1",
  "\0' OR 1=1",
  "%' OR '1'='1",
  "$$ OR 1=1 $$",
  "\\x27 OR 1=1 --",
  "\\u0027 OR 1=1 --",
  "＇ OR 1=1 --",
  "'; SELECT sleep(3); --",
  "x' SETTINGS max_memory_usage=1 --",
  "x' FORMAT JSON --",
  "x' INTO OUTFILE '/tmp/hostile' --",
];

/** The places of a query where a text of the caller's may stand. `T` stands for the payload. */
const POSITIONS: readonly string[] = [
  'filter @message like "T"',
  "filter @message like 'T'",
  "filter @message like /T/",
  "filter @message =~ /T/",
  'filter @message = "T"',
  "filter T = 1",
  "filter `T` = 1",
  "filter @T like /x/",
  'filter user in ["T", "ann"]',
  "filter n in [T]",
  "filter n > T",
  'fields strcontains(@message, "T")',
  'fields replace(@message, "T", "T") as r',
  'fields concat(@message, "T") as c',
  "fields T",
  "fields `T`",
  "fields @message as `T`",
  "fields n as T",
  "fields a.`T`.b, `a.b`.`c d`",
  "fields fromMillis(T)",
  "fields T(@message)",
  'parse @message "* T *" as a, b',
  'parse @message "*" as `T`',
  "parse @message /(?<x>T)/",
  "parse @message /(?<T>.*)/",
  "parse `T` /(?<x>.*)/",
  "stats count(*) by T",
  "stats count(*) by `T`",
  "stats count(*) as `T` by bin(5m)",
  "stats T(n)",
  "stats count(*) by bin(T)",
  "stats pct(n, T)",
  "sort T desc",
  "sort `T` asc",
  "limit T",
  "dedup T",
  "display `T`",
  "T",
  "fields @message | T",
  "fields @message # T",
  "SOURCE 'T' | fields @message",
  "fields jsonParse(@message) as j | fields j.`T`",
];

/** Every pair of a place and a payload takes a minute, so the default run takes one in so many, each payload in turn. */
const SHARE = 5;
const LONG = process.env.NEPHOSCOPE_LONG_TESTS === "1";

function assertNoLeak(text: string, from: string): void {
  assert.ok(!text.includes(MARK), `another's data shows: ${from}`);
  assert.doesNotMatch(text, /root:x?:0:0/, `a file shows: ${from}`);
}

test("no query reaches beyond the groups it was given", { timeout: 120_000 }, async () => {
  const outcomes = new Map<string, number>();
  const input = { ...aroundNow(), logGroupName: OWN.logGroupName };
  const texts = POSITIONS.flatMap((position, at) =>
    PAYLOADS.filter((_, i) => LONG || (at + i) % SHARE === 0).map((payload) => position.replaceAll("T", () => payload)),
  );
  const next = texts.values();
  const worker = async () => {
    for (const queryString of next) {
      const result = await query(victim, { ...input, queryString });
      const shown = "rows" in result ? JSON.stringify(result.rows) : JSON.stringify(result.body);
      assertNoLeak(shown, queryString);
      const outcome = "rows" in result ? String(result.status) : String(result.body.__type);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      assert.match(
        outcome,
        /^(Complete|MalformedQueryException|InvalidParameterException)$/,
        `${queryString}: ${shown}`,
      );
      if ("rows" in result) assert.ok(result.rows.length <= 3, `${queryString}: ${shown}`);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  // The test would prove nothing if every payload were stopped by the grammar.
  assert.ok((outcomes.get("Complete") ?? 0) > texts.length / 5, JSON.stringify([...outcomes]));
  assert.ok((outcomes.get("MalformedQueryException") ?? 0) > texts.length / 10, JSON.stringify([...outcomes]));
});

test("the columns and functions of the engine are no fields and functions of a query", async () => {
  const input = { ...aroundNow(), logGroupName: OWN.logGroupName };
  for (const text of [
    "group_id",
    "seq",
    "put",
    "retention",
    "stream",
    "message",
    "timestamp",
    "_part",
    "_path",
    "_file",
  ]) {
    const result = await query(victim, { ...input, queryString: `fields ${text} as x | filter ispresent(x)` });
    if ("rows" in result) assert.deepEqual(result.rows, [], text);
  }
  for (const call of [
    "version()",
    "currentUser()",
    "hostName()",
    "getSetting('max_threads')",
    "sleep(1)",
    "dictGet('a','b',1)",
    "file('/etc/passwd')",
    "toString(1)",
    "throwIf(1)",
    "currentDatabase()",
  ]) {
    const result = await query(victim, { ...input, queryString: `fields ${call} as x` });
    assert.ok(!("rows" in result), call);
    assert.equal(result.body.__type, "MalformedQueryException");
  }
});

test("no filter pattern reaches beyond its group", async () => {
  const forms = [
    "T",
    '"T"',
    "?T ?x",
    "-T",
    "%T%",
    '{ $.T = "x" }',
    '{ $.user = "T" }',
    "{ $.n > T }",
    "{ $.user = %T% }",
    '[a, b = "T", c]',
    "[T, b]",
    '{ $["T"] = 1 }',
    "{ T }",
  ];
  for (const [at, form] of forms.entries()) {
    for (const payload of PAYLOADS.filter((_, i) => LONG || (at + i) % SHARE === 0)) {
      const filterPattern = form.replaceAll("T", () => payload);
      const { status, body } = await victim.call("FilterLogEvents", { logGroupName: OWN.logGroupName, filterPattern });
      assertNoLeak(JSON.stringify(body), filterPattern);
      if (status === 200) assert.ok((body.events as unknown[]).length <= 3, filterPattern);
      else assert.equal(body.__type, "InvalidParameterException", `${filterPattern}: ${JSON.stringify(body)}`);
    }
  }
});

test("stream names, prefixes and tokens reach no further either", async () => {
  for (const payload of PAYLOADS.filter((text, i) => !/[:*]/.test(text) && (LONG || i % 3 === 0))) {
    const inputs = [
      { logStreamNames: [payload] },
      { logStreamNamePrefix: payload },
      { logStreamNames: [payload, "s'] OR 1=1 --"] },
    ];
    for (const input of inputs) {
      const { events } = await victim.done("FilterLogEvents", { logGroupName: OWN.logGroupName, ...input });
      assert.deepEqual(events, [], payload);
    }
  }
  for (const nextToken of PAYLOADS.filter((_, i) => LONG || i % 3 === 0)) {
    for (const operation of ["FilterLogEvents", "GetLogEvents", "DescribeLogStreams"]) {
      const { status, body } = await victim.call(operation, {
        ...OWN,
        logStreamName: operation === "GetLogEvents" ? "s" : undefined,
        nextToken,
      });
      assert.equal(status, 400, `${operation} ${nextToken}`);
      assertNoLeak(JSON.stringify(body), nextToken);
    }
  }
});

test("a regular expression that explodes in other engines is answered or refused", async () => {
  const input = { ...aroundNow(), logGroupName: OWN.logGroupName };
  for (const regex of [
    "(a+)+$",
    "(a|aa)+$",
    "(.*)*x",
    "((((((a*)*)*)*)*)*)*$",
    "(?=a)b",
    "(a)\\1",
    "a{1,1000}{1,1000}",
    "[",
    "(",
    "x{99999999}",
    "(?<n>a)(?<n>b)",
    "\\p{Nope}",
    "a**",
  ]) {
    const result = await query(victim, { ...input, queryString: `filter @message like /${regex}/` });
    const outcome = "rows" in result ? String(result.status) : String(result.body.__type);
    assert.match(outcome, /^(Complete|MalformedQueryException)$/, `${regex}: ${JSON.stringify(result)}`);
    const { status, body } = await victim.call("FilterLogEvents", {
      logGroupName: OWN.logGroupName,
      filterPattern: `%${regex}%`,
    });
    assert.ok(status === 200 || body.__type === "InvalidParameterException", `${regex}: ${JSON.stringify(body)}`);
  }
});

test("queries at the bounds of length and nesting are answered or refused", async () => {
  const input = { ...aroundNow(), logGroupName: OWN.logGroupName };
  const texts = [
    `filter ${"(".repeat(4_900)}1=1${")".repeat(4_900)}`,
    `filter ${"not ".repeat(2_400)}1=1`,
    `filter ${Array(1_600).fill("n=1").join(" or ")}`,
    `fields ${"abs(".repeat(2_400)}1`,
    `fields ${Array.from({ length: 1_500 }, (_, i) => `f${i}`).join(",")}`,
    Array(900).fill("limit 1").join(" | "),
    `filter n in [${Array(2_000).fill("1").join(",")}]`,
    `fields ${"-".repeat(9_000)}1`,
    `fields ${"1+".repeat(4_500)}1`,
    `filter @message like "${"x".repeat(9_900)}"`,
    `fields ${"a.".repeat(4_500)}b`,
    `fields ${"9".repeat(9_000)}`,
    "x".repeat(10_000),
    "|".repeat(10_000),
    "",
    " ",
    "\0",
    "#",
  ];
  for (const queryString of texts) {
    const result = await query(victim, { ...input, queryString });
    const outcome = "rows" in result ? String(result.status) : String(result.body.__type);
    assert.match(
      outcome,
      /^(Complete|MalformedQueryException|InvalidParameterException|LimitExceededException)$/,
      `${queryString.slice(0, 60)}: ${JSON.stringify(result).slice(0, 600)}`,
    );
  }
  for (const filterPattern of [
    "(".repeat(1_024),
    `{ ${"(".repeat(500)}$.a = 1${")".repeat(500)} }`,
    `{ $${".a".repeat(500)} = 1 }`,
    "?a ".repeat(340),
    "-".repeat(1_024),
    `[${"a,".repeat(500)}b]`,
    "%".repeat(1_024),
    '"'.repeat(1_024),
  ]) {
    const { status, body } = await victim.call("FilterLogEvents", { logGroupName: OWN.logGroupName, filterPattern });
    assert.ok(
      status === 200 || body.__type === "InvalidParameterException",
      `${filterPattern.slice(0, 40)}: ${JSON.stringify(body)}`,
    );
  }
});
