import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPutLogEvents } from "./events-in-body.ts";

type Sent = { timestamp: number; message: string }[];

const call = (logEvents: unknown) => ({ logGroupName: "g", logStreamName: "s", logEvents });
const read = (text: string | Buffer) => readPutLogEvents(Buffer.from(text));

/** What was read, as JSON.parse would give it, and once more from the bytes that are stored. */
function listed(text: string | Buffer) {
  const put = read(text);
  if (put === undefined) return undefined;
  const { logEvents } = put;
  return Array.from({ length: logEvents.length }, (_, i): Sent[number] => {
    const message = logEvents.message(i);
    const bytes = Buffer.alloc(logEvents.messageBytes(i) + 2);
    assert.equal(logEvents.copyMessage(i, bytes, 1), bytes.length - 1);
    assert.equal(bytes.toString("utf8", 1, bytes.length - 1), message);
    return { timestamp: logEvents.timestamp(i), message };
  });
}

function same(events: Sent) {
  assert.deepEqual(listed(JSON.stringify(call(events))), events);
}

describe("the body of a PutLogEvents call", () => {
  it("is read with the names of its group and stream", () => {
    const put = read(JSON.stringify({ ...call([{ timestamp: 1, message: "m" }]), logGroupName: "/aws/a.b-c_d#e" }));
    assert.equal(put?.logGroupName, "/aws/a.b-c_d#e");
    assert.equal(put?.logStreamName, "s");
  });
  it("may have its members in any order, and white space between them", () => {
    const text =
      ' { "logEvents" : [ { "message" : "m" , "timestamp" : 12 } ] , "logStreamName":"s", "logGroupName": "g" } ';
    assert.deepEqual(listed(text), [{ timestamp: 12, message: "m" }]);
  });
  it("may have escapes, also among plain messages", () =>
    same([
      { timestamp: 0, message: "plain" },
      { timestamp: 1, message: 'quoted "text" and \\ and / and \b\f\n\r\t\0' },
      { timestamp: 2, message: "plain again" },
      { timestamp: 999_999_999_999_999, message: '"' },
    ]));
  it("may have any character, plain or as four digits", () => {
    same([{ timestamp: 1, message: "naïve 🦘 日本" }]);
    assert.deepEqual(
      listed(
        String.raw`{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":"\u0041\u00e9\u65E5\ud83e\udd98\/"}]}`,
      ),
      [{ timestamp: 1, message: "Aé日🦘/" }],
    );
  });
  it("has the replacement character for half a pair", () => {
    for (const half of [String.raw`\ud83e`, String.raw`\ud83e\n`, String.raw`\udd98`, String.raw`\ud83e\u0041`]) {
      const text = `{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":"a${half}b"}]}`;
      const expected = Buffer.from(JSON.parse(text).logEvents[0].message).toString();
      assert.deepEqual(listed(text), [{ timestamp: 1, message: expected }]);
    }
  });
  it("can be cut to a part of its events", () => {
    const events = ["a", 'b"', "c", "d"].map((message, timestamp) => ({ timestamp, message }));
    const part = read(JSON.stringify(call(events)))?.logEvents.slice(1, 3);
    assert.deepEqual([part?.length, part?.message(0), part?.timestamp(1)], [2, 'b"', 2]);
    assert.throws(() => part?.message(2), RangeError);
  });
  it("of random texts is what JSON.parse makes of it", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const pieces = [
      '"',
      "\\",
      "\\\\",
      "\n",
      "a",
      "bc",
      "é",
      "日",
      "🦘",
      "/",
      "\u007f",
      "{",
      "}",
      ",",
      "\u2028",
      "\0",
      " ",
    ];
    for (let round = 0; round < 300; round++) {
      const text = () => Array.from({ length: 1 + random(12) }, () => pieces[random(pieces.length)]).join("");
      same(Array.from({ length: 1 + random(8) }, (_, timestamp) => ({ timestamp, message: text() })));
    }
  });

  const good = '{"timestamp":1,"message":"m"}';
  const body = (events: string) => `{"logGroupName":"g","logStreamName":"s","logEvents":${events}}`;
  for (const [why, text] of [
    ["no events", body("[]")],
    ["no list", body(good)],
    ["no names", `{"logEvents":[${good}]}`],
    ["a member that it does not know", `{"sequenceToken":"1",${body(`[${good}]`).slice(1)}`],
    ["a member twice", `{"logGroupName":"x",${body(`[${good}]`).slice(1)}`],
    ["more after its end", `${body(`[${good}]`)}x`],
    ["a comma too many", body(`[${good},]`)],
    ["no end", body(`[${good}`).slice(0, -1)],
    ["an end within a text", '{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":"a'],
    ["an end within an escape", '{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":"a\\'],
    ["an empty message", body('[{"timestamp":1,"message":""}]')],
    ["no message", body('[{"timestamp":1}]')],
    ["a message twice", body('[{"timestamp":1,"message":"a","message":"b"}]')],
    ["a time below zero", body('[{"timestamp":-1,"message":"m"}]')],
    ["a time with a fraction", body('[{"timestamp":1.5,"message":"m"}]')],
    ["a time with zeros before it", body('[{"timestamp":01,"message":"m"}]')],
    ["a time that a number can't hold", body('[{"timestamp":9007199254740993,"message":"m"}]')],
    ["an escape that means nothing", body('[{"timestamp":1,"message":"\\x"}]')],
    ["digits that are none", body('[{"timestamp":1,"message":"\\u12g4"}]')],
    ["a control character in a text", body('[{"timestamp":1,"message":"a\nb"}]')],
    ["a group's name with a wrong character", body(`[${good}]`).replace('"g"', '"g g"')],
    ["a stream's name with a colon", body(`[${good}]`).replace('"s"', '"s:s"')],
    ["too many events", body(`[${Array.from({ length: 10_001 }, () => good).join()}]`)],
  ] as const) {
    it(`with ${why} is left to the general reader`, () => assert.equal(read(text), undefined));
  }
  it("that is no UTF-8 is left to the general reader", () => {
    assert.equal(read(Buffer.from(body('[{"timestamp":1,"message":"\xff"}]'), "latin1")), undefined);
  });
});
