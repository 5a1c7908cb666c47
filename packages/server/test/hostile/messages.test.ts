import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, afterEach, before, test } from "node:test";
import { aroundNow, query } from "./insights.ts";
import { startVictim, type Victim } from "./victim.ts";

/** Messages that some layer on the way (JSON, TabSeparated, LIKE, a terminal, a page) could change or obey. */
const CONTROLS = Array.from({ length: 0x21 }, (_, code) => String.fromCharCode(code)).concat(
  "\x7f",
  "\x80",
  "\x85",
  "\x9f",
);

const NASTY: readonly string[] = [
  ...CONTROLS.map((char) => `before${char}after`),
  ...CONTROLS.slice(0, 10),
  CONTROLS.join(""),
  "\\N",
  "\\\\N",
  "\\",
  "\\\\",
  "a\\",
  "\\t\\n\\r\\0\\b\\f\\a\\v\\e\\x41\\'\\\"",
  "\t\n\r\0\\\t\\\n",
  "\n",
  "\r\n\r\n",
  "\t",
  "ends with newline\n",
  "\nstarts with newline",
  "NULL",
  "null",
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{}}}',
  '{"a":"\\u0000","b":"\\ud800"}',
  '["x","x"]',
  '{"progress":{"read_rows":"1"}}',
  '{"exception":"Code: 1. DB::Exception: fake"}',
  "__exception__\r\nCode: 241. fake\r\n",
  "'; DROP TABLE events; --",
  "') OR 1=1 --",
  "{v_group:UInt32}",
  "\x1b[2J\x1b]0;owned\x07\x1b[31m",
  "<script>alert(document.cookie)</script><img src=x onerror=alert(1)>",
  "%s%s%n",
  "100%_literal\\%",
  "\u202egnp.exe",
  "\ufeffbom first",
  "\u2028\u2029",
  "\uffff\ufffe\ufffd",
  "\u{10ffff}\u{1f600}",
  "e\u0301 é",
  "İıẞß",
  "日本語のログ",
  "\u0000".repeat(100),
  " ",
  "  two leading and trailing  ",
  "$" + "{jndi:ldap://127.0.0.1/a}",
];

const PLACE = { logGroupName: "hostile/messages", logStreamName: "s" };
let victim: Victim;
const start = Date.now() - 600_000;
before(async () => {
  victim = await startVictim();
  await victim.done("CreateLogGroup", { logGroupName: PLACE.logGroupName });
  await victim.done("CreateLogStream", PLACE);
  const logEvents = NASTY.map((message, i) => ({ timestamp: start + i, message }));
  await victim.done("PutLogEvents", { ...PLACE, logEvents });
});
after(() => victim.stop());
afterEach(() => victim.assertUnharmed());

const messagesOf = (events: unknown) => (events as { message: string }[]).map(({ message }) => message);

test("every message comes back from GetLogEvents byte for byte", async () => {
  const { events } = await victim.done("GetLogEvents", { ...PLACE, startFromHead: true });
  assert.deepEqual(messagesOf(events), NASTY);
});

test("and from FilterLogEvents", async () => {
  const { events } = await victim.done("FilterLogEvents", { logGroupName: PLACE.logGroupName });
  assert.deepEqual(messagesOf(events), NASTY);
});

test("and from Insights, and by the pointer of each row", async () => {
  const result = await query(victim, {
    ...aroundNow(),
    logGroupName: PLACE.logGroupName,
    queryString: "fields @message | sort @timestamp asc | limit 1000",
  });
  assert.ok("rows" in result && result.status === "Complete", JSON.stringify(result));
  assert.deepEqual(
    result.rows.map((row) => row["@message"]),
    NASTY,
  );
  for (const [i, row] of result.rows.entries()) {
    if (i % 10 !== 0) continue;
    const { logRecord } = await victim.done("GetLogRecord", { logRecordPointer: row["@ptr"] });
    assert.equal((logRecord as Record<string, string>)["@message"], NASTY[i]);
  }
});

test("a message is found by a quoted phrase of its own", async () => {
  const quoted = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;
  for (const phrase of [
    "100%_literal",
    "'; DROP TABLE events; --",
    "{v_group:UInt32}",
    "<script>",
    "日本語",
    "\u202egnp",
    "%s%s%n",
    ") OR 1=1",
  ]) {
    const { events } = await victim.done("FilterLogEvents", {
      logGroupName: PLACE.logGroupName,
      filterPattern: quoted(phrase),
    });
    assert.deepEqual(
      messagesOf(events),
      NASTY.filter((message) => message.includes(phrase)),
      phrase,
    );
  }
});

test("wildcards of LIKE find only themselves", async () => {
  for (const phrase of ["%", "_", "0%_l", "%s%"]) {
    const { events } = await victim.done("FilterLogEvents", {
      logGroupName: PLACE.logGroupName,
      filterPattern: `"${phrase}"`,
    });
    assert.deepEqual(
      messagesOf(events),
      NASTY.filter((message) => message.includes(phrase)),
      phrase,
    );
  }
});

test("a message at the size limit comes back whole, one byte more is refused", async () => {
  const largest = 1_048_576 - 26;
  const place = { ...PLACE, logStreamName: "large" };
  await victim.done("CreateLogStream", place);
  const pattern = "\\\t\n\0é😀'\"x";
  const text = pattern.repeat(Math.floor(largest / Buffer.byteLength(pattern)));
  const message = text + "y".repeat(largest - Buffer.byteLength(text));
  assert.equal(Buffer.byteLength(message), largest);
  await victim.done("PutLogEvents", { ...place, logEvents: [{ timestamp: start, message }] });
  const sha = (value: string | undefined) =>
    createHash("sha256")
      .update(value ?? "")
      .digest("hex");
  const { events } = await victim.done("GetLogEvents", { ...place, startFromHead: true });
  assert.equal(sha(messagesOf(events)[0]), sha(message));
  const found = await victim.done("FilterLogEvents", { logGroupName: PLACE.logGroupName, logStreamNames: ["large"] });
  assert.equal(sha(messagesOf(found.events)[0]), sha(message));
  const result = await query(victim, {
    ...aroundNow(),
    logGroupName: PLACE.logGroupName,
    queryString: 'fields @message | filter @logStream = "large"',
  });
  assert.ok("rows" in result && result.status === "Complete", JSON.stringify(result).slice(0, 500));
  assert.equal(sha(result.rows[0]?.["@message"]), sha(message));
  const { status, body } = await victim.call("PutLogEvents", {
    ...place,
    logEvents: [{ timestamp: start, message: `${message}z` }],
  });
  assert.deepEqual([status, body.__type], [400, "InvalidParameterException"]);
});

test("half a surrogate pair is stored as U+FFFD, as every UTF-8 encoder writes it, and spoils nothing around it", async () => {
  const place = { ...PLACE, logStreamName: "halves" };
  await victim.done("CreateLogStream", place);
  const messages = ["left \ud83d right", "\udc00", "whole 😀"];
  await victim.done("PutLogEvents", {
    ...place,
    logEvents: messages.map((message, i) => ({ timestamp: start + i, message })),
  });
  const { events } = await victim.done("GetLogEvents", { ...place, startFromHead: true });
  assert.deepEqual(messagesOf(events), ["left \ufffd right", "\ufffd", "whole 😀"]);
});

test("a call whose record holds control characters and halves of pairs is recorded, and spoils no other record", async () => {
  for (const text of ["\ud800", "\0\x1b[31m", "a'b\\N\t\n", `${"x".repeat(1_022)}😀😀`]) {
    await victim.call("CreateLogGroup", { logGroupName: text });
    await victim.call("FilterLogEvents", { logGroupName: PLACE.logGroupName, filterPattern: `{ ${text}` });
    await victim.call("CreateLogStream", { ...PLACE, logStreamName: `${text}:` });
  }
  await victim.done("CreateLogGroup", { logGroupName: "hostile/recorded" });
  assert.doesNotMatch(victim.log(), /call record lost/);
});
