import assert from "node:assert/strict";
import { test } from "node:test";
import { timestampFormat } from "./timestamp.ts";

const NOW = Date.UTC(2026, 10, 21, 6);

function reads(format: string, line: string, expected: string | undefined, zone: "local" | "utc" = "utc"): void {
  const read = timestampFormat(format, zone).read(line, NOW);
  assert.equal(read === undefined ? undefined : new Date(read.at).toISOString(), expected, `${format} in ${line}`);
}

test("formats of real log files", () => {
  reads("%d/%b/%Y:%H:%M:%S %z", '10.0.0.1 - - [20/Nov/2026:23:59:58 +0100] "GET /"', "2026-11-20T22:59:58.000Z");
  reads("%a %b %d %H:%M:%S.%f %Y", "[Fri Nov 20 12:00:01.123456 2026] [error]", "2026-11-20T12:00:01.123Z");
  reads("%b %-d %H:%M:%S", "Nov  5 20:35:23 ip-10-10-20-20 su: pam_unix", "2026-11-05T20:35:23.000Z");
  reads("%b %d %H:%M:%S", "Nov  5 20:35:23 ip-10-10-20-20 su: pam_unix", "2026-11-05T20:35:23.000Z");
  reads("%Y-%m-%d %H:%M:%S", "2026-11-20  1:02:03 0 [Note]", undefined);
  reads("%Y-%m-%d %H:%M:%S,%f", "2026-11-20 01:02:03,5 INFO", "2026-11-20T01:02:03.500Z");
  reads("%Y-%m-%dT%H:%M:%S.%f%z", "at=2026-11-20T01:02:03.999999999+05:30", "2026-11-19T19:32:03.999Z");
  reads("%H:%M:%S %y %b %d", "06:00:00 26 Nov 21 x", "2026-11-21T06:00:00.000Z");
  reads("%m/%d/%Y %I:%M:%S %p", "11/20/2026 12:00:01 AM", "2026-11-20T00:00:01.000Z");
  reads("%-m/%-d/%y %-I:%-M:%-S %p", "1/2/26 3:4:5 pm", "2026-01-02T15:04:05.000Z");
  reads("%A, %B %d %Y %H:%M:%S %Z", "Friday, November 20 2026 09:00:00 PST", "2026-11-20T17:00:00.000Z");
  reads("%B %d %Y %H:%M", "May 7 2026 09:30", "2026-05-07T09:30:00.000Z");
});

test("a time without a year is the last one that fits", () => {
  reads("%b %d %H:%M:%S", "Dec 31 23:59:59 host", "2025-12-31T23:59:59.000Z");
  reads("%b %d %H:%M:%S", "Nov 22 00:00:00 host", "2026-11-22T00:00:00.000Z");
});

test("a time of day alone is of today or yesterday", () => {
  reads("%H:%M:%S", "05:59:59 x", "2026-11-21T05:59:59.000Z");
  reads("%H:%M:%S", "23:00:00 x", "2026-11-20T23:00:00.000Z");
});

test("what is no date has no time", () => {
  reads("%Y-%m-%d", "2026-02-30", undefined);
  reads("%Y-%m-%d", "2026-13-01", undefined);
  reads("%H:%M:%S", "29:00:00", undefined);
  reads("%Y-%m-%d", "no time here", undefined);
});

test("a time without a zone is of the host's zone when the configuration says so, summer time included", () => {
  const before = process.env.TZ;
  process.env.TZ = "Europe/Berlin";
  try {
    reads("%Y-%m-%d %H:%M:%S", "2026-07-01 12:00:00", "2026-07-01T10:00:00.000Z", "local");
    reads("%Y-%m-%d %H:%M:%S", "2026-12-01 12:00:00", "2026-12-01T11:00:00.000Z", "local");
    reads("%Y-%m-%d %H:%M:%S %z", "2026-07-01 12:00:00 -0700", "2026-07-01T19:00:00.000Z", "local");
    reads("%Y-%m-%d %H:%M:%S %Z", "2026-07-01 12:00:00 UTC", "2026-07-01T12:00:00.000Z", "local");
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
});

test("the place of the time is told, so that it can be trimmed", () => {
  const read = timestampFormat("[%H:%M]", "utc").read("a [05:00] b", NOW);
  assert.deepEqual(read && [read.start, read.end], [2, 9]);
});

test("letters that are no directive are told, and looked for as they stand", () => {
  assert.deepEqual(timestampFormat("%Q %H:%M%% %s", "utc").unknown, ["%Q", "%s"]);
  reads("%Q%H:%M", "x %Q05:00", "2026-11-21T05:00:00.000Z");
  reads("%H:%M%%", "05:00%", "2026-11-21T05:00:00.000Z");
});
