import assert from "node:assert/strict";
import { test } from "node:test";
import { type AssemblerSettings, EventAssembler, type LogEvent } from "./event-assembler.ts";
import { LineSplitter } from "./line-splitter.ts";
import { compilePattern } from "./pattern.ts";
import { timestampFormat } from "./timestamp.ts";
import { toText } from "./utf8-text.ts";

/** Lines of bytes that come in chunks of every size, as [text, end, truncated]. All sizes must give the same. */
function split(bytes: Buffer, encoding?: string, maxBytes?: number): readonly (readonly [string, number, boolean])[] {
  let first: (readonly [string, number, boolean])[] | undefined;
  for (const size of [bytes.length, 1, 2, 3, 7]) {
    const found: (readonly [string, number, boolean])[] = [];
    const splitter = new LineSplitter(encoding, maxBytes);
    const shared = Buffer.alloc(size);
    for (let at = 0; at < bytes.length; at += size) {
      const length = bytes.copy(shared, 0, at, Math.min(bytes.length, at + size));
      splitter.push(shared.subarray(0, length), at, (line, end, cut) => found.push([toText(line), end, cut]));
    }
    splitter.end(bytes.length, (line, end, cut) => found.push([toText(line), end, cut]));
    first ??= found;
    assert.deepEqual(found, first, `in chunks of ${size}`);
  }
  return first ?? [];
}

const texts = (bytes: Buffer, encoding?: string) => split(bytes, encoding).map(([text]) => text);

test("lines end with LF or CRLF; the last may have no end", () => {
  assert.deepEqual(split(Buffer.from("a\r\nbc\n\nd")), [
    ["a", 3, false],
    ["bc", 6, false],
    ["", 7, false],
    ["d", 8, false],
  ]);
});

test("characters of several bytes survive chunk borders; bytes that are no text are replaced", () => {
  assert.deepEqual(texts(Buffer.from("żółw 🐢\nx\n")), ["żółw 🐢", "x"]);
  assert.deepEqual(texts(Buffer.from([0x61, 0xff, 0xfe, 0x0a, 0xc3, 0x0a])), ["a\ufffd\ufffd", "\ufffd"]);
});

test("encodings", () => {
  assert.deepEqual(texts(Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x0a]), "shift_jis"), ["日本"]);
  assert.deepEqual(texts(Buffer.from([0xe9, 0x0a]), "windows-1252"), ["é"]);
  assert.deepEqual(texts(Buffer.from("\ufeffone\r\nਊ two\n", "utf16le"), "utf-16le"), ["one", "ਊ two"]);
  assert.deepEqual(texts(Buffer.from("one\nਊ two\n", "utf16le").swap16(), "utf-16be"), ["one", "ਊ two"]);
  assert.deepEqual(texts(Buffer.from("\ufeffutf8 with a mark\n")), ["utf8 with a mark"]);
});

test("a line that is too long is cut, its rest passed over, and the next line is whole", () => {
  assert.deepEqual(split(Buffer.from("12345678901\n123456\nabc"), undefined, 6), [
    ["123456", 12, true],
    ["123456", 19, false],
    ["abc", 22, false],
  ]);
});

function assemble(settings: Partial<AssemblerSettings>, ...lines: readonly string[]) {
  const events: (LogEvent & { readonly message: string })[] = [];
  let truncated = 0;
  let end = 0;
  const assembler = new EventAssembler(
    {
      settings: { timestamp: undefined, trimTimestamp: false, multiLineStart: undefined, filters: [], ...settings },
      now: () => 1000,
      emit: (event) => events.push({ ...event, message: toText(event.message) }),
      onTruncated: () => truncated++,
    },
    0,
  );
  for (const line of lines) {
    end += Buffer.byteLength(line) + 1;
    const bytes = Buffer.from(line);
    assembler.line({ bytes, start: 0, end: bytes.length }, end, false);
  }
  const consumed = assembler.consumed;
  assembler.flush();
  return { events, truncated, consumed, messages: events.map(({ message }) => message) };
}

test("without a start pattern, every line but an empty one is an event of now", () => {
  assert.deepEqual(assemble({}, "a", "", "b").events, [
    { at: 1000, message: "a", bytes: 1 },
    { at: 1000, message: "b", bytes: 1 },
  ]);
});

test("lines are joined until the next start", () => {
  const { messages, consumed } = assemble(
    { multiLineStart: compilePattern("^\\d") },
    "  tail",
    "1 a",
    "  at x",
    "",
    "2 b",
  );
  assert.deepEqual(messages, ["  tail", "1 a\n  at x\n", "2 b"]);
  assert.equal(consumed, 7 + 4 + 7 + 1, "the gathered event is read again after a restart");
});

test("an event has its line's time, or the time before it", () => {
  const timestamp = timestampFormat("%Y-%m-%d", "utc");
  const { events } = assemble({ timestamp }, "first", "2026-11-20 a", "b", "2026-11-21 c");
  assert.deepEqual(
    events.map(({ at }) => at),
    [1000, Date.UTC(2026, 10, 20), Date.UTC(2026, 10, 20), Date.UTC(2026, 10, 21)],
  );
  assert.deepEqual(assemble({ timestamp, trimTimestamp: true }, "2026-11-20 a").messages, [" a"]);
});

test("filters: all must agree, and what is left out counts as read", () => {
  const filters = [
    { type: "include", pattern: compilePattern("ERROR|WARN") },
    { type: "exclude", pattern: compilePattern("health") },
  ] as const;
  const { messages, consumed } = assemble({ filters }, "INFO a", "ERROR b", "WARN health", "ok");
  assert.deepEqual(messages, ["ERROR b"]);
  assert.equal(consumed, 7 + 8 + 12 + 3);
});

test("an event of more than 1 MB is cut between characters and marked", () => {
  const { events, truncated } = assemble({}, "ż".repeat(600_000));
  assert.equal(truncated, 1);
  assert.ok((events[0]?.bytes ?? 0) <= 1_048_550);
  assert.match(events[0]?.message ?? "", /^ż+\[Truncated\.\.\.\]$/);
  const joined = assemble(
    { multiLineStart: compilePattern("^S") },
    "S",
    ..."x"
      .repeat(40)
      .split("")
      .map(() => "y".repeat(50_000)),
  );
  assert.equal(joined.events.length, 1);
  assert.ok((joined.events[0]?.bytes ?? 0) <= 1_048_550);
});
