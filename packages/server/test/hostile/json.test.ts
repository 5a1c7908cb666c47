import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { assertRefused, awsError } from "./aws-error.ts";
import { startVictim, type Victim } from "./victim.ts";

/** Bodies that are signed and whole, and whose content means harm. */
const PLACE = { logGroupName: "hostile/json", logStreamName: "s" };
const MIB = 1_048_576;

let victim: Victim;
before(async () => {
  victim = await startVictim();
  await victim.done("CreateLogGroup", { logGroupName: PLACE.logGroupName });
  await victim.done("CreateLogStream", PLACE);
});
after(() => victim.stop());
afterEach(async () => {
  await victim.assertUnharmed();
  assert.doesNotMatch(victim.log(), /A call failed on the server/, "an internal failure was logged");
});

const sent = (operation: string, body: string | Buffer) =>
  victim.sendOne(victim.signed(operation, body), { timeoutMs: 30_000 });
const refused = async (operation: string, body: string | Buffer, code: string | RegExp = "SerializationException") =>
  assertRefused(await sent(operation, body), 400, code);

test("a hundred thousand levels of nesting are refused wherever they stand", async () => {
  const DEEP = 100_000;
  const lists = "[".repeat(DEEP) + "]".repeat(DEEP);
  const maps = `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`;
  for (const deep of [lists, maps]) {
    await refused("CreateLogGroup", deep, /SerializationException|InvalidParameterException/);
    await refused("CreateLogGroup", `{"logGroupName":${deep}}`);
    await refused("CreateLogGroup", `{"logGroupName":"a","tags":${deep}}`);
    await refused("PutLogEvents", `{"logGroupName":"a","logStreamName":"s","logEvents":${deep}}`);
  }
  await refused("CreateLogGroup", "[".repeat(DEEP));
  await refused("CreateLogGroup", '{"a":'.repeat(DEEP));
});

test("nesting in a member that nobody knows is dropped with it", async () => {
  const answer = await sent("DescribeLogGroups", `{"unknown":${"[".repeat(1_000)}${"]".repeat(1_000)}}`);
  assert.equal(answer.status, 200);
});

test("the deepest nesting that fits in a body is refused without harm", async () => {
  await refused("DescribeLogGroups", "[".repeat(7 * MIB));
  await refused("DescribeLogGroups", `{"x":${'{"a":'.repeat(1 * MIB)}`);
});

test("lists of a million elements are refused in bounded time and memory", async () => {
  const before = await victim.memory();
  const many = (element: string, count: number) => `[${Array(count).fill(element).join(",")}]`;
  const events = (list: string) => `{"logGroupName":"hostile/json","logStreamName":"s","logEvents":${list}}`;
  await refused("PutLogEvents", events(many("{}", 500_000)), "InvalidParameterException");
  await refused("PutLogEvents", events(many("null", 500_000)), "InvalidParameterException");
  await refused("PutLogEvents", events(many("1", 1_000_000)));
  await refused("PutLogEvents", events(many("[]", 500_000)));
  await refused("UntagLogGroup", `{"logGroupName":"a","tags":${many('""', 1_000_000)}}`, "InvalidParameterException");
  await refused(
    "FilterLogEvents",
    `{"logGroupName":"a","logStreamNames":${many('"a:b"', 500_000)}}`,
    "InvalidParameterException",
  );
  const after = await victim.memory();
  assert.ok(after.heapUsed - before.heapUsed < 30 * MIB, `${before.heapUsed} grew to ${after.heapUsed}`);
});

test("maps of a hundred thousand keys are refused", async () => {
  const keys = Array.from({ length: 300_000 }, (_, i) => `"k${i}":"v"`).join(",");
  await refused("CreateLogGroup", `{"logGroupName":"a","tags":{${keys}}}`, "InvalidParameterException");
  assert.equal((await sent("DescribeLogGroups", `{${keys}}`)).status, 200);
});

test("numbers that are none, or too large, are refused", async () => {
  const limit = (text: string) => `{"limit":${text}}`;
  for (const text of [
    "1e400",
    "-1e400",
    "1.5",
    "9007199254740993.5",
    "1e21",
    "2147483648",
    '"5"',
    "true",
    "[]",
    "{}",
    "1e-400e",
  ])
    await refused("DescribeLogGroups", limit(text));
  for (const text of ["NaN", "Infinity", "-Infinity", "0x10", "01", "+1", ".5", "1.", "1_000", "1n", "undefined"])
    await refused("DescribeLogGroups", limit(text));
  for (const text of ["0", "-1", "51", "-2147483648", `-0`])
    await refused("DescribeLogGroups", limit(text), "InvalidParameterException");
  await refused("DescribeLogGroups", limit("9".repeat(1_000_000)));
  assert.equal((await sent("DescribeLogGroups", limit("1.0"))).status, 200);
  assert.equal((await sent("DescribeLogGroups", limit("5e0"))).status, 200);
});

test("times at the ends of what a long holds are answered, not failed", async () => {
  for (const time of [
    "0",
    "1",
    "9223372036854775807",
    "9223372036854775000",
    "4102444800000",
    "10413792000000",
    "253402300799999",
    "8640000000000001",
  ]) {
    const range = `"startTime":0,"endTime":${time}`;
    assert.equal(
      (await sent("GetLogEvents", `{"logGroupName":"hostile/json","logStreamName":"s",${range}}`)).status,
      200,
      time,
    );
    assert.equal((await sent("FilterLogEvents", `{"logGroupName":"hostile/json",${range}}`)).status, 200, time);
    const from = `"startTime":${time},"endTime":${time}`;
    const page = await sent("GetLogEvents", `{"logGroupName":"hostile/json","logStreamName":"s",${from}}`);
    assert.equal(page.status, 200, time);
    // The tokens of an empty page are tokens.
    const { nextForwardToken, nextBackwardToken } = JSON.parse(page.body.toString()) as Record<string, string>;
    for (const nextToken of [nextForwardToken, nextBackwardToken]) {
      const next = await victim.call("GetLogEvents", { ...PLACE, nextToken });
      assert.equal(next.status, 200, `${time} ${nextToken}: ${JSON.stringify(next.body)}`);
      const again = await victim.call("GetLogEvents", { ...PLACE, nextToken: next.body.nextForwardToken });
      assert.equal(again.status, 200, `${time} ${nextToken} ${String(next.body.nextForwardToken)}`);
    }
    assert.equal((await sent("FilterLogEvents", `{"logGroupName":"hostile/json",${from}}`)).status, 200, time);
    const query = await sent("StartQuery", `{"logGroupName":"hostile/json","queryString":"fields @message",${range}}`);
    if (query.status !== 200) awsError(query);
    else {
      const { queryId } = JSON.parse(query.body.toString()) as { queryId: string };
      assert.equal(await statusOf(queryId), "Complete", time);
    }
    const put = await sent(
      "PutLogEvents",
      `{"logGroupName":"hostile/json","logStreamName":"s","logEvents":[{"timestamp":${time},"message":"m"}]}`,
    );
    assert.equal(put.status, 200, time);
  }
});

async function statusOf(queryId: string): Promise<unknown> {
  for (;;) {
    const { status } = await victim.done("GetQueryResults", { queryId });
    if (status !== "Running" && status !== "Scheduled") return status;
  }
}

test("bytes that are no UTF-8 are refused, in keys and in values", async () => {
  for (const bytes of [
    "\xff",
    "\xc0\x80",
    "\xed\xa0\x80",
    "\xf8\x88\x80\x80\x80",
    "\xe2\x82",
    "\xf4\x90\x80\x80",
    "\x80",
  ]) {
    await refused("CreateLogGroup", Buffer.from(`{"logGroupName":"a${bytes}"}`, "latin1"));
    await refused("CreateLogGroup", Buffer.from(`{"${bytes}":"a"}`, "latin1"));
  }
  await refused("CreateLogGroup", Buffer.from('{"logGroupName":"a"}', "utf16le"));
});

test("a byte order mark is no part of the body", async () => {
  const answer = await sent("DescribeLogGroups", Buffer.from("\ufeff{}"));
  if (answer.status !== 200) assertRefused(answer, 400, "SerializationException");
  const twice = await sent("DescribeLogGroups", Buffer.from("\ufeff\ufeff{}"));
  assertRefused(twice, 400, "SerializationException");
});

test("what is no JSON is refused without being quoted", async () => {
  for (const body of [
    "{",
    "}",
    "nul",
    "'a'",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "{a:1}",
    "[]",
    "1",
    '"text"',
    "true",
    "{}{}",
    "{} x",
    "\0",
    '{"a":"\t"}',
    '{"a":"\\x"}',
    "//",
  ]) {
    const error = awsError(await sent("DescribeLogGroups", body));
    assert.equal(error.code, "SerializationException", body);
  }
  const error = awsError(await sent("DescribeLogGroups", '{"password": hunter2}'));
  assert.doesNotMatch(error.message, /hunter2/);
});

test("members with the names of an object's own parts are members like others", async () => {
  const names = [
    "__proto__",
    "constructor",
    "prototype",
    "hasOwnProperty",
    "toString",
    "valueOf",
    "__defineGetter__",
    "then",
    "toJSON",
  ];
  for (const name of names) {
    for (const value of ['{"isAdmin":true}', '"x"', "null", "[]", "1", '{"prototype":{"polluted":"yes"}}']) {
      // As an unknown member: dropped.
      assert.equal((await sent("DescribeLogGroups", `{"${name}":${value}}`)).status, 200, `${name} ${value}`);
      // In place of a structure.
      const inner = `{"logGroupName":"hostile/json","logStreamName":"s","logEvents":[{"${name}":${value}}]}`;
      await refused("PutLogEvents", inner, "InvalidParameterException");
    }
    // As a required member that only the prototype would have.
    await refused("CreateLogGroup", `{"${name}":{"logGroupName":"hostile/smuggled"}}`, "InvalidParameterException");
  }
  const { logGroups } = await victim.done("DescribeLogGroups", { logGroupNamePrefix: "hostile/smuggled" });
  assert.deepEqual(logGroups, []);
});

test("tags with the names of an object's own parts are kept like others", async () => {
  const names = [
    "__proto__",
    "constructor",
    "prototype",
    "hasOwnProperty",
    "toString",
    "then",
    "toJSON",
    "__defineSetter__",
  ];
  const pairs = names.map((name) => `"${name}":"v-${name}"`).join(",");
  const expected = Object.fromEntries(names.map((name) => [name, `v-${name}`]));
  const group = "hostile/json-tags";
  assert.equal((await sent("CreateLogGroup", `{"logGroupName":"${group}","tags":{${pairs}}}`)).status, 200);
  const tags = async () => (await victim.done("ListTagsLogGroup", { logGroupName: group })).tags as object;
  assert.deepEqual(Object.entries(await tags()).sort(), Object.entries(expected).sort());
  await sent("UntagLogGroup", `{"logGroupName":"${group}","tags":["__proto__","constructor"]}`);
  assert.deepEqual(
    Object.keys(await tags()).sort(),
    names.filter((name) => name !== "__proto__" && name !== "constructor").sort(),
  );
  assert.equal((await sent("TagLogGroup", `{"logGroupName":"${group}","tags":{"__proto__":"back"}}`)).status, 200);
  assert.ok(Object.entries(await tags()).some(([name, value]) => name === "__proto__" && value === "back"));
});

test("of a key given twice the last one counts, for the check and for the deed alike", async () => {
  await victim.done("CreateLogGroup", { logGroupName: "hostile/twice-b" });
  const answer = await sent(
    "TagLogGroup",
    '{"logGroupName":"hostile/twice-a","logGroupName":"hostile/twice-b","tags":{"k":"1","k":"2"}}',
  );
  assert.equal(answer.status, 200);
  assert.deepEqual((await victim.done("ListTagsLogGroup", { logGroupName: "hostile/twice-b" })).tags, { k: "2" });
  await refused("ListTagsLogGroup", '{"logGroupName":"hostile/twice-b","logGroupName":5}');
});

test("a type named in the body changes nothing", async () => {
  assert.equal((await sent("DescribeLogGroups", '{"__type":"com.amazonaws#Admin","__isAdmin":true}')).status, 200);
});

test("values of a wrong type are refused at every member", async () => {
  const cases: [string, string][] = [
    ["CreateLogGroup", "logGroupName"],
    ["CreateLogGroup", "tags"],
    ["CreateLogGroup", "deletionProtectionEnabled"],
    ["PutLogEvents", "logEvents"],
    ["FilterLogEvents", "logStreamNames"],
    ["FilterLogEvents", "startTime"],
    ["StartQuery", "queryString"],
    ["StartLiveTail", "logGroupIdentifiers"],
    ["PutRetentionPolicy", "retentionInDays"],
  ];
  const values: Record<string, string> = {
    string: '"text"',
    number: "5",
    boolean: "true",
    list: "[[]]",
    map: '{"a":{}}',
  };
  for (const [operation, member] of cases) {
    const codes: string[] = [];
    for (const value of Object.values(values)) {
      const answer = await sent(operation, `{"${member}":${value}}`);
      if (answer.status !== 200) codes.push(awsError(answer).code);
    }
    // All but the one right type, which some other rule may refuse.
    assert.ok(
      codes.filter((code) => code === "SerializationException").length >= 4,
      `${operation}.${member}: ${codes}`,
    );
  }
});
