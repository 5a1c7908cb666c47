import assert from "node:assert/strict";
import { test } from "node:test";
import type { Member, SimpleKind } from "../model/shape.ts";
import { formatTimestamp, parseTimestamp, valueFromText } from "./text.ts";

const AT = Date.UTC(2026, 10, 20, 23, 30, 15);

const time = (text: string, expected: number) =>
  test(`a time: ${text}`, () => assert.equal(parseTimestamp(text).getTime(), expected));
time("1795217415", 1_795_217_415_000);
time("1795217415.25", 1_795_217_415_250);
time("2026-11-20T23:30:15Z", AT);
time("2026-11-20T23:30:15", AT);
time("2026-11-20T23:30:15.250Z", AT + 250);
time("2026-11-21T00:30:15+01:00", AT);
time("2026-11-20", Date.UTC(2026, 10, 20));
time("Fri, 20 Nov 2026 23:30:15 GMT", AT);

for (const text of [
  "",
  "yesterday",
  "2026-13-01T00:00:00Z",
  "20261120",
  "1e3",
  "2026-11-20T23:30:15Z; DROP",
  "Fri Nov 20 2026",
]) {
  test(`not a time: '${text}'`, () => {
    const milliseconds = parseTimestamp(text).getTime();
    // Eight digits are seconds since 1970, which is what a client that sends them means.
    assert.ok(text === "20261120" ? milliseconds === 20_261_120_000 : Number.isNaN(milliseconds), String(milliseconds));
  });
}

test("times are written in the three formats", () => {
  const date = new Date(AT + 250);
  assert.equal(formatTimestamp(date, "date-time"), "2026-11-20T23:30:15.250Z");
  assert.equal(formatTimestamp(new Date(AT), "date-time"), "2026-11-20T23:30:15Z");
  assert.equal(formatTimestamp(date, "http-date"), "Fri, 20 Nov 2026 23:30:15 GMT");
  assert.equal(formatTimestamp(date, "epoch-seconds"), String((AT + 250) / 1000));
});

const member = (kind: SimpleKind): Member => ({
  name: "m",
  required: false,
  shape: { kind, name: "S", min: undefined, max: undefined, pattern: undefined, enum: undefined },
});

test("text becomes a typed value", () => {
  assert.equal(valueFromText(member("boolean"), "true"), true);
  assert.equal(valueFromText(member("integer"), "-5"), -5);
  assert.equal(valueFromText(member("double"), "1.5e3"), 1500);
  assert.equal(valueFromText(member("double"), "NaN"), "NaN");
  assert.equal(valueFromText(member("string"), "5"), "5");
  assert.equal(valueFromText(member("bigInteger"), "123456789012345678901234567890"), 123456789012345678901234567890n);
});

for (const [kind, text] of [
  ["boolean", "yes"],
  ["integer", "abc"],
  ["integer", ""],
  ["integer", "0x10"],
  ["double", "Infinit"],
  ["timestamp", "noon"],
  ["bigInteger", "1.5"],
] as const) {
  test(`'${text}' is no ${kind}`, () =>
    assert.throws(() => valueFromText(member(kind), text), { code: "SerializationException", message: /at 'm'/ }));
}
