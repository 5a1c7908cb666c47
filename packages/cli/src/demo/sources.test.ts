import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { dayUntil } from "./day.ts";
import type { SampleEvent, Source } from "./source.ts";
import { SOURCES, sample } from "./sources.ts";

const DAY = dayUntil(Date.UTC(2026, 10, 20, 17, 42, 13, 77));
const TOTAL = 20_000;

/** What every line of a source looks like. */
const SHAPES: Record<string, RegExp> = {
  "Apache access log":
    /^198\.\d+\.\d+\.\d+ - \S+ \[\d\d\/Nov\/2026:\d\d:\d\d:\d\d \+0000\] "(GET|POST|HEAD) \S+ HTTP\/1\.1" \d{3} (\d+|-)$/,
  "Apache error log":
    /^\[(Thu|Fri) Nov \d\d \d\d:\d\d:\d\d\.\d{6} 2026\] \[\w+:\w+\] \[pid \d+:tid \d+\] \[client [\d.]+:\d+\] \S/,
  "authentication log": /^Nov (19|20) \d\d:\d\d:\d\d ip-[\d-]+ (sshd\[\d+\]|su|sudo): \S/,
  "VPC flow records":
    /^2 123456789012 eni-\w{17} ([\d.]+ [\d.]+ \d+ \d+ (6|17) \d+ \d+ \d+ \d+ (ACCEPT|REJECT) OK|- - - - - - - \d+ \d+ - NODATA)$/,
  "function log":
    /^(START RequestId: [\w-]{36} Version: \$LATEST\n|END RequestId: [\w-]{36}\n|REPORT RequestId: [\w-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 512 MB\tMax Memory Used: \d+ MB\t|[^\n]+\n)/,
  "CloudTrail records": /^\{"eventVersion".*\}$/,
};

function eventsOf(source: Source, seed = "seed"): readonly SampleEvent[] {
  return [...sample(source, DAY, TOTAL, seed)];
}

function messages(name: string): readonly string[] {
  const source = SOURCES.find((candidate) => candidate.name === name);
  assert.ok(source, name);
  return eventsOf(source).map(({ message }) => message);
}

test("equal seeds give equal events, other seeds others", () => {
  for (const source of SOURCES) {
    assert.deepEqual(eventsOf(source), eventsOf(source), source.name);
    assert.notDeepEqual(eventsOf(source), eventsOf(source, "other"), source.name);
  }
});

test("each source gives its share, inside the day, in its form", () => {
  const shares = SOURCES.reduce((sum, { share }) => sum + share, 0);
  for (const source of SOURCES) {
    const events = eventsOf(source);
    const expected = (TOTAL * source.share) / shares;
    assert.ok(
      Math.abs(events.length - expected) <= expected * 0.06,
      `${source.name}: ${events.length} for ${expected}`,
    );
    for (const { stream, timestamp, message } of events) {
      assert.ok(timestamp >= DAY.start && timestamp < DAY.end, `${source.name}: ${message} at ${timestamp}`);
      assert.match(stream, /^[^:*]{1,512}$/);
      assert.match(message, SHAPES[source.name] ?? assert.fail(source.name));
    }
  }
});

test("the sample compresses as real logs do", () => {
  const text = SOURCES.flatMap((source) => eventsOf(source).map(({ message }) => message)).join("\n");
  const ratio = text.length / gzipSync(text).length;
  assert.ok(ratio > 5 && ratio < 16, `gzip ratio ${ratio}`);
});

test("the access log has pages not found, most of them by one client that scans", () => {
  const missing = messages("Apache access log").filter((line) => / 404 \d+$/.test(line));
  const byScanner = missing.filter((line) => line.startsWith("198.51.100.77 "));
  assert.ok(missing.length > 100 && byScanner.length > missing.length / 2, `${byScanner.length} of ${missing.length}`);
});

test("a script calls the database on port 4306, beside the right port", () => {
  const flows = messages("VPC flow records");
  assert.ok(flows.filter((line) => / 10\.0\.2\.22 10\.10\.20\.20 \d+ 4306 /.test(line)).length >= 144);
  assert.ok(flows.filter((line) => / 10\.10\.20\.20 \d+ 3306 /.test(line)).length > 100);
});

test("people fail at su as in the walk-through", () => {
  const wanted = "su: pam_unix(su:auth): authentication failure; logname= uid=1000 euid=0 tty=pts/";
  const lines = messages("authentication log").filter(
    (line) => line.includes(wanted) && line.endsWith("ruser=ec2-user rhost=  user=dbdev"),
  );
  assert.ok(lines.length >= 4, String(lines.length));
});

test("three large instances run at half past nine and end at half past four", () => {
  const records = messages("CloudTrail records").map((line): Record<string, unknown> => JSON.parse(line));
  const story = records.filter(({ eventName }) => eventName === "RunInstances" || eventName === "TerminateInstances");
  assert.deepEqual(
    story.map(({ eventName, eventTime }) => `${eventName} ${eventTime}`),
    ["RunInstances 2026-11-19T21:30:00Z", "TerminateInstances 2026-11-20T04:30:00Z"],
  );
  assert.match(JSON.stringify(story[0]), /"type":"AssumedRole".*"instanceType":"p3.16xl"/);
});
