import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration, formatNumber, formatTime, parseLabelTimezone } from "./format.ts";
import { DynamicLabelError, parseDynamicLabel } from "./parse.ts";
import { renderDynamicLabel } from "./render.ts";

const START = Date.UTC(2026, 10, 21, 12, 0, 0);
const points = { timestamps: [0, 60, 120, 180].map((second) => START + second * 1_000), values: [2, 9, -1, 4] };
const none = { timestamps: [], values: [] };
const properties: Readonly<Record<string, string>> = {
  MetricName: "CPUUtilization",
  Namespace: "AWS/EC2",
  Period: "60",
  Region: "eu-west-1",
  Stat: "Average",
  AccountId: "111122223333",
  "Dim.InstanceId": "i-1",
};

/** Labels stand here with % for $, which would look like a template's. */
const dollars = (text: string) => text.replaceAll("%", "$");

const render = (text: string, shown = points, zoneMinutes = 0) =>
  renderDynamicLabel(parseDynamicLabel(dollars(text)), {
    label: "CPU",
    points: shown,
    times: { now: START + 3_600_000, zoneMinutes },
    property: (property) => properties[property.name === "Dim" ? `Dim.${property.dimension}` : property.name],
  });
const shows = (text: string, expected: string) => assert.equal(render(text), expected);

test("values of the datapoints", () => {
  shows("%{AVG}", "3.5");
  shows("%{SUM}", "14");
  shows("%{MIN}", "-1");
  shows("%{MAX}", "9");
  shows("%{FIRST}", "2");
  shows("%{LAST}", "4");
  shows("%{DATAPOINT_COUNT}", "4");
  shows("%{MIN_MAX_RANGE}", "10");
  shows("%{FIRST_LAST_RANGE}", "2");
});

test("times of the datapoints", () => {
  shows("%{FIRST_TIME}", "2026-11-21 12:00:00 UTC");
  shows("%{LAST_TIME}", "2026-11-21 12:03:00 UTC");
  shows("%{MIN_TIME}", "2026-11-21 12:02:00 UTC");
  shows("%{MAX_TIME}", "2026-11-21 12:01:00 UTC");
  shows("%{FIRST_TIME_RELATIVE}", "1h");
  shows("%{LAST_TIME_RELATIVE}", "57m");
  shows("%{MIN_TIME_RELATIVE}", "58m");
  shows("%{MAX_TIME_RELATIVE}", "59m");
  shows("%{MIN_MAX_TIME_RANGE}", "1m");
  shows("%{FIRST_LAST_TIME_RANGE}", "3m");
  assert.equal(render("%{FIRST_TIME}", points, 90), "2026-11-21 13:30:00 UTC+01:30");
});

test("properties of the metric", () => {
  shows("%{PROP('MetricName')} %{PROP('Namespace')}", "CPUUtilization AWS/EC2");
  shows(
    "%{PROP('Period')}/%{PROP('Stat')}/%{PROP('Region')}/%{PROP('AccountId')}",
    "60/Average/eu-west-1/111122223333",
  );
  shows("%{PROP('Dim.InstanceId')}", "i-1");
  shows("%{PROP('Dim.Gone')}", "--");
});

test("the guide's example", () => {
  shows("[max: %{MAX} Errors for Function Name %{LABEL}]", "[max: 9 Errors for Function Name CPU]");
});

test("without datapoints there is nothing to show but their number", () => {
  assert.equal(render("%{LABEL} %{AVG} %{LAST_TIME} %{DATAPOINT_COUNT}", none), "CPU -- -- 0");
});

test("what is no placeholder stays text", () => {
  for (const text of [
    "%{MEDIAN}",
    "%{avg}",
    "%{PROP('Color')}",
    "%{PROP('Dim.')}",
    "%{PROP(Stat)}",
    "% {AVG}",
    "%{AVG",
    "100$",
  ]) {
    shows(text, dollars(text));
  }
});

test("the bounds on dynamic values", () => {
  const six = "%{AVG}".repeat(6);
  shows(`${six}%{LABEL}`, `${"3.5".repeat(6)}CPU`);
  const refuses = (text: string, message: RegExp, start: number) =>
    assert.throws(
      () => parseDynamicLabel(dollars(text)),
      (error: unknown) => {
        assert.ok(error instanceof DynamicLabelError);
        assert.match(error.message, message);
        assert.equal(error.startOffset, start);
        return true;
      },
    );
  refuses(`${six}%{MAX}`, /at most 6 dynamic values/, 36);
  refuses("%{LABEL} %{LABEL}", /at most once/, 9);
});

test("numbers are short but whole", () => {
  const f = (value: number, expected: string) => assert.equal(formatNumber(value), expected);
  f(0, "0");
  f(1_234_567.89, "1234568");
  f(12_345.678, "12346");
  f(1_234.5678, "1234.6");
  f(99_999.9, "100000");
  f(1.23456789, "1.2346");
  f(-0.5, "-0.5");
  f(0.0123456789, "0.012346");
  f(0.000123456789, "0.00012346");
  f(0.00001234567, "0.000012346");
  f(1.234567e-9, "1.2346e-9");
  f(1.234567e20, "123460000000000000000");
  f(2 ** 100, "1.2677e+30");
});

test("durations and times", () => {
  assert.equal(formatDuration(0), "0s");
  assert.equal(formatDuration(93_784_000), "1d 2h 3m 4s");
  assert.equal(formatDuration(-86_400_000), "1d");
  assert.equal(formatTime(START, -330), "2026-11-21 06:30:00 UTC-05:30");
});

test("time zones of labels", () => {
  const f = (text: string, expected: number | undefined) => assert.equal(parseLabelTimezone(text), expected);
  f("+0000", 0);
  f("-0000", 0);
  f("+0130", 90);
  f("-0530", -330);
  f("0130", undefined);
  f("+1500", undefined);
  f("+0160", undefined);
  f("UTC", undefined);
});
