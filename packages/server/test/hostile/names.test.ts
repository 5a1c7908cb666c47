import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { awsError } from "./aws-error.ts";
import { startVictim, type Victim } from "./victim.ts";

/** Names of groups, streams and tags that would mean something to SQL, a file system, a terminal or a page. */
const NASTY: readonly string[] = [
  "quote'quote",
  'double"double',
  "back\\slash",
  "back\\",
  "`tick`",
  "a'; DROP TABLE events; --",
  "' OR '1'='1",
  "') UNION ALL SELECT message FROM events --",
  "{groups Array(UInt32)}",
  "{{endpoint}}",
  "$" + "{process.exit(1)}",
  "%s%n%x%00",
  "%",
  "_",
  "a%b_c",
  "line\nbreak",
  "carriage\rreturn",
  "tab\tstop",
  "\\N",
  "\\t\\n",
  "nul\0nul",
  "\0",
  "../../../../etc/passwd",
  "..",
  ".",
  "/",
  "//",
  "C:\\windows".replace(":", ""),
  "con",
  "~root",
  "file%3A///etc/passwd",
  "\u202egnp.exe",
  "\u2066isolate\u2069",
  "\u200bzero\u200bwidth",
  "\ufeffbom",
  "\u0000\u0001\u0002\u001f\u007f\u0080\u009f",
  "\u001b[31mred\u001b[0m",
  "<script>alert(1)</script>",
  "&lt;&amp;",
  "é",
  "e\u0301",
  "ÅÅ",
  "😀😀",
  "👩‍👩‍👧‍👦",
  "\u{10ffff}",
  "\u{10ffff}x",
  "\uffff",
  "\ufffd",
  "漢字",
  "عربي",
  " leading",
  "trailing ",
  " ",
  "-",
  "--",
  "-rf",
  "null",
  "undefined",
  "NaN",
  "true",
  "0",
  "[]",
  "{}",
  "__proto__",
  "constructor",
  "toString",
  "a,b",
  "['a','b']",
  "'",
  '"',
  "\\'",
  "\\\\",
  "x".repeat(512),
  "é".repeat(512),
  "😀".repeat(512),
];

const GROUP = "hostile/names";
let victim: Victim;
before(async () => {
  victim = await startVictim();
  await victim.done("CreateLogGroup", { logGroupName: GROUP });
});
after(() => victim.stop());
afterEach(async () => {
  await victim.assertUnharmed();
  assert.doesNotMatch(victim.log(), /A call failed on the server|call record/, victim.log().slice(-1_000));
});

/** Some at a time: the server stores together what comes together. */
async function each<T>(list: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const next = list.values();
  const worker = async () => {
    for (const item of next) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

const place = (logStreamName: string) => ({ logGroupName: GROUP, logStreamName });

test("every stream name is kept as it is, apart from all others", async () => {
  await each(NASTY, async (name) => {
    await victim.done("CreateLogStream", place(name));
    await victim.done("PutLogEvents", {
      ...place(name),
      logEvents: [{ timestamp: Date.now(), message: `in ${name}` }],
    });
  });
  await each(NASTY, async (name) => {
    const { events } = await victim.done("GetLogEvents", { ...place(name), startFromHead: true });
    assert.deepEqual(
      (events as { message: string }[]).map(({ message }) => message),
      [`in ${name}`],
    );
    const filtered = await victim.done("FilterLogEvents", { logGroupName: GROUP, logStreamNames: [name] });
    assert.deepEqual(
      (filtered.events as { message: string; logStreamName: string }[]).map((event) => [
        event.logStreamName,
        event.message,
      ]),
      [[name, `in ${name}`]],
    );
  });
});

test("all of them are listed, by name and by time, page by page", async () => {
  for (const order of [
    { orderBy: "LogStreamName" },
    { orderBy: "LogStreamName", descending: true },
    { orderBy: "LastEventTime" },
  ]) {
    const listed: string[] = [];
    let nextToken: unknown;
    do {
      const page = await victim.done("DescribeLogStreams", { logGroupName: GROUP, ...order, limit: 7, nextToken });
      for (const stream of page.logStreams as { logStreamName: string }[]) listed.push(stream.logStreamName);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    assert.deepEqual(listed.sort(), [...NASTY].sort(), JSON.stringify(order));
  }
});

test("a prefix is a text and no pattern", async () => {
  const startsWith = async (prefix: string) => {
    const expected = NASTY.filter((name) => name.startsWith(prefix)).sort();
    const { logStreams } = await victim.done("DescribeLogStreams", {
      logGroupName: GROUP,
      logStreamNamePrefix: prefix,
    });
    assert.deepEqual(
      (logStreams as { logStreamName: string }[]).map((stream) => stream.logStreamName).sort(),
      expected,
    );
    const { events } = await victim.done("FilterLogEvents", { logGroupName: GROUP, logStreamNamePrefix: prefix });
    assert.deepEqual(
      [...new Set((events as { logStreamName: string }[]).map((event) => event.logStreamName))].sort(),
      expected,
    );
  };
  for (const prefix of ["%", "_", "'", "\\", "\\N", ".", "-", "a", "\0", "\u202e", "' OR", "\u{10ffff}", "{"])
    await startsWith(prefix);
});

test("the names come back whole from a query", async () => {
  const now = Math.floor(Date.now() / 1_000);
  const { queryId } = await victim.done("StartQuery", {
    logGroupName: GROUP,
    startTime: now - 3_600,
    endTime: now + 3_600,
    queryString: "fields @logStream, @message | limit 1000",
  });
  let reply: Record<string, unknown>;
  do reply = await victim.done("GetQueryResults", { queryId });
  while (reply.status === "Running" || reply.status === "Scheduled");
  assert.equal(reply.status, "Complete");
  const rows = reply.results as { field: string; value: string }[][];
  const value = (row: { field: string; value: string }[], name: string) =>
    row.find(({ field }) => field === name)?.value;
  assert.deepEqual(rows.map((row) => value(row, "@logStream")).sort(), [...NASTY].sort());
  for (const row of rows) assert.equal(value(row, "@message"), `in ${value(row, "@logStream")}`);
});

test("a stream with a nasty name is deleted alone", async () => {
  for (const name of ["%", "' OR '1'='1", "\0", "..", "\\N", "\u{10ffff}"]) {
    await victim.done("DeleteLogStream", place(name));
    assert.equal((await victim.call("GetLogEvents", place(name))).status, 400);
    const { events } = await victim.done("FilterLogEvents", { logGroupName: GROUP, logStreamNames: [name] });
    assert.deepEqual(events, []);
  }
  const { events } = await victim.done("FilterLogEvents", { logGroupName: GROUP });
  assert.equal((events as unknown[]).length, NASTY.length - 6);
});

test("names outside what AWS allows are refused", async () => {
  const refused = async (operation: string, input: object) => {
    const answer = await victim.sendOne(victim.signed(operation, input));
    if (answer.status < 400) assert.fail(`${operation} took ${JSON.stringify(input)}`);
    assert.equal(awsError(answer).code, "InvalidParameterException", JSON.stringify(input).slice(0, 100));
  };
  for (const name of ["", "a:b", "a*", "x".repeat(513), "é".repeat(513)]) {
    await refused("CreateLogStream", place(name));
  }
  const refusable = NASTY.filter((text) => !/^[.\-_/#A-Za-z0-9]*$/.test(text));
  await each(refusable, async (name) => {
    await refused("CreateLogGroup", { logGroupName: name });
    await refused("DeleteLogGroup", { logGroupName: name });
    await refused("DescribeLogGroups", { logGroupNamePrefix: name });
    await refused("DescribeLogGroups", { logGroupNamePattern: name });
  });
});

test("halves of surrogate pairs never make two names one", async () => {
  const halves = ["\ud800", "\udfff", "a\ud83d", "\ude00b", "\ud83d\ud83d"];
  const accepted: string[] = [];
  for (const name of halves) {
    const { status } = await victim.call("CreateLogStream", place(name));
    if (status === 200) accepted.push(name);
    else assert.equal(status, 400);
  }
  const before = (await victim.done("DescribeLogStreams", { logGroupName: GROUP, logStreamNamePrefix: "\ufffd" }))
    .logStreams;
  assert.deepEqual(
    (before as { logStreamName: string }[]).map((stream) => stream.logStreamName),
    ["\ufffd"],
    "a half was stored as U+FFFD",
  );
  assert.deepEqual(accepted, []);
});

test("group names that look like paths are only names", async () => {
  for (const logGroupName of [
    "..",
    "../../etc/passwd",
    "/",
    "//",
    ".",
    "/etc/passwd",
    "-rf",
    "--help",
    "#",
    "a/../b",
    "__proto__",
    "constructor",
  ]) {
    await victim.done("CreateLogGroup", { logGroupName });
    const { logGroups } = await victim.done("DescribeLogGroups", { logGroupNamePrefix: logGroupName });
    assert.ok(
      (logGroups as { logGroupName: string }[]).some((group) => group.logGroupName === logGroupName),
      logGroupName,
    );
    await victim.done("DeleteLogGroup", { logGroupName });
  }
});

test("ARNs that are none, or somebody else's, name nothing", async () => {
  for (const arn of [
    "arn:aws:logs:us-east-1:222222222222:log-group:hostile/names",
    "arn:aws:logs:eu-west-1:111111111111:log-group:hostile/names",
    "arn:aws:s3:::hostile/names",
    "arn:",
    "arn:aws:logs:us-east-1:111111111111:log-group:",
    "arn:aws:logs:us-east-1:111111111111:log-group:hostile/names:log-stream:x",
    "arn:aws:logs:us-east-1:111111111111:log-group:a'b",
    "arn:aws:logs:us-east-1:1:log-group:../x",
  ]) {
    for (const [operation, input] of [
      ["ListTagsForResource", { resourceArn: arn }],
      ["FilterLogEvents", { logGroupIdentifier: arn }],
      ["DescribeLogStreams", { logGroupIdentifier: arn }],
      ["StartLiveTail", { logGroupIdentifiers: [arn] }],
      ["StartQuery", { logGroupIdentifiers: [arn], startTime: 0, endTime: 1, queryString: "fields @message" }],
    ] as const) {
      const answer = await victim.sendOne(victim.signed(operation, input));
      assert.match(awsError(answer).code, /^(AccessDenied|ResourceNotFound|InvalidParameter|Validation)Exception$/);
    }
  }
});
