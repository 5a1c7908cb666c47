import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAlarmRule } from "../alarm-rule/index.ts";
import { parseDynamicLabel } from "../dynamic-label/index.ts";
import { parseMetricMath } from "../metric-math/index.ts";
import { parseMetricsInsights } from "../metrics-insights/index.ts";
import { compileSearch, parseSearchExpression, planSearch } from "../search-expression/index.ts";
import { LanguageError } from "./language-error.ts";

/** Each language, and pieces of which its texts are made. Any text is read or refused by an error with a place in it. */
const LANGUAGES: readonly {
  readonly name: string;
  readonly read: (text: string) => unknown;
  readonly pieces: string;
}[] = [
  {
    name: "alarm rules",
    read: parseAlarmRule,
    pieces: 'ALARM ( ) OK AND OR NOT TRUE FALSE AT_LEAST , 2 50% "a b" a INSUFFICIENT_DATA " \\ ALARM(a) 💥 \u0000',
  },
  {
    name: "metric math",
    read: parseMetricMath,
    pieces: `m1 m2 SUM ( ) [ ] , + - * / ^ == AND && 1 .5 1e9 "x" 'y' METRICS() IF FILL REPEAT SORT SEARCH('a','Sum') ANOMALY_DETECTION_BAND(m1) ' \\ 💥`,
  },
  {
    name: "searches",
    read(text) {
      const search = parseSearchExpression(text);
      planSearch(search);
      return compileSearch(search)({ namespace: "AWS/EC2", metric: "CPUUtilization1", dimensions: { "a b": "i-1💥" } });
    },
    pieces: '{ } AWS/EC2 , "a b" ( ) AND OR NOT MetricName = :aws.AccountId a-b Count1 -- " \\ 💥 é',
  },
  {
    name: "Metrics Insights queries",
    read: parseMetricsInsights,
    pieces: `SELECT\nAVG(a)\nFROM\nb SELECT AVG ( a ) FROM "AWS/EC2" SCHEMA , WHERE b = != 'c' AND GROUP BY ORDER MAX() DESC LIMIT 5 tag . AWS.AccountId " ' \\ 💥`,
  },
  {
    name: "dynamic labels",
    // A template would take the place of a placeholder.
    read: (text) => parseDynamicLabel(text.replaceAll("%", "$")),
    pieces: "% { } %{AVG} %{LABEL} %{PROP('Dim.a')} %{PROP( 'Stat' )} %{ AVG a ' 💥",
  },
];

function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

for (const { name, read, pieces } of LANGUAGES) {
  test(`${name}: any text is read, or refused with a place in it`, () => {
    const list = pieces.split(" ");
    const random = randomNumbers(7);
    let understood = 0;
    for (let round = 0; round < 20_000; round++) {
      let text = "";
      for (let left = random(14); left >= 0; left--)
        text += `${list[random(list.length)]}${random(3) === 0 ? "" : " "}`;
      try {
        read(text);
        understood++;
      } catch (error) {
        assert.ok(error instanceof LanguageError, `${JSON.stringify(text)}: ${String(error)}`);
        const { startOffset, endOffset } = error;
        assert.ok(startOffset >= 0 && startOffset <= endOffset && endOffset <= text.length, JSON.stringify(text));
        assert.match(error.message, /^[A-Z"].*\.$/su);
      }
    }
    assert.ok(understood > 0);
  });
}
