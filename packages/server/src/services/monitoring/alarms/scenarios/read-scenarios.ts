import type { MetricAlarmSettings } from "../alarm.ts";
import type { MissingDataTreatment, StateValue, StaticComparison } from "../evaluation/settings.ts";

/**
 * Reads scenarios: plain text, one block each, blocks apart by an empty line, lines that begin with `#` are notes.
 *
 *     [a single high minute]
 *     alarm Sum > 10, 60 s, 1 of 1, missing
 *     from OK
 *     data  5 - 20 3,4
 *     state OK OK ALARM OK
 *     why 3 Threshold Crossed: …
 *
 * `alarm`: statistic, comparison, threshold, period, M of N (or `N` alone when DatapointsToAlarm is not set), treatment of missing
 * data, then perhaps `low ignore` and `wall UTC`. `from`: the state in which the alarm begins, OK unless given. `data`: the
 * values that come in each period, `-` for none, several joined by commas, `20x3` for three times 20; the first period begins at 12:00.
 * `late 2 20`: after the end of the period of column 2 the value 20 comes for it. `state`: the state after each period, `.` for any,
 * `INSUF` for INSUFFICIENT_DATA. `why N`: the reason after period N. `told`: how many times an action ran in all.
 */
export interface Scenario {
  readonly name: string;
  readonly line: number;
  readonly settings: MetricAlarmSettings;
  readonly from: StateValue;
  readonly data: readonly (readonly number[])[];
  readonly late: readonly { readonly column: number; readonly value: number }[];
  readonly states: readonly (StateValue | undefined)[];
  readonly reasons: ReadonlyMap<number, string>;
  readonly told: number | undefined;
}

export function readScenarios(text: string): Scenario[] {
  const lines = text.split("\n").map((content, index) => ({ content: content.trimEnd(), number: index + 1 }));
  const blocks: (typeof lines)[] = [];
  let block: typeof lines = [];
  for (const line of [...lines, { content: "", number: 0 }]) {
    if (line.content.startsWith("#")) continue;
    if (line.content !== "") block.push(line);
    else if (block.length > 0) {
      blocks.push(block);
      block = [];
    }
  }
  return blocks.map(readBlock);
}

function readBlock(lines: readonly { readonly content: string; readonly number: number }[]): Scenario {
  const [title] = lines;
  const name = /^\[(.+)\]$/.exec(title?.content ?? "")?.[1];
  if (title === undefined || name === undefined)
    throw new Error(`line ${title?.number}: a scenario begins with [its name]`);
  const values = new Map<string, string>();
  const reasons = new Map<number, string>();
  const late: { column: number; value: number }[] = [];
  for (const { content, number } of lines.slice(1)) {
    const [, key, rest = ""] = /^(\w+)\s+(.+)$/.exec(content) ?? [];
    if (key === "why") reasons.set(Number(rest.split(" ")[0]), rest.slice(rest.indexOf(" ") + 1));
    else if (key === "late") {
      const [column, value] = rest.split(/\s+/).map(Number);
      late.push({ column: column ?? 0, value: value ?? 0 });
    } else if (key !== undefined && ["alarm", "from", "data", "state", "told"].includes(key)) values.set(key, rest);
    else throw new Error(`line ${number}: ${content}`);
  }
  const data = (values.get("data") ?? "").split(/\s+/).map(readValues);
  const states = (values.get("state") ?? "").split(/\s+/).map(readState);
  if (data.length !== states.length)
    throw new Error(`line ${title.number}: ${data.length} periods, but ${states.length} states`);
  const told = values.get("told");
  return {
    name,
    line: title.number,
    settings: readAlarm(values.get("alarm") ?? "", title.number),
    from: readState(values.get("from") ?? "OK") ?? "OK",
    data,
    late,
    states,
    reasons,
    told: told === undefined ? undefined : Number(told),
  };
}

const COMPARISONS: Readonly<Record<string, StaticComparison>> = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
  "<=": "LessThanOrEqualToThreshold",
};
const TREATMENTS: readonly MissingDataTreatment[] = ["missing", "ignore", "breaching", "notBreaching"];

function readAlarm(text: string, line: number): MetricAlarmSettings {
  const [condition = "", seconds = "", counts = "", treatment = "", ...more] = text.split(/,\s*/);
  const [statistic = "", sign = "", threshold = ""] = condition.split(/\s+/);
  const comparison = COMPARISONS[sign];
  const period = Number(/^(\d+) s$/.exec(seconds)?.[1]);
  const [, m, n] = /^(?:(\d+) of )?(\d+)$/.exec(counts) ?? [];
  const treatMissingData = TREATMENTS.find((one) => one === treatment);
  if (comparison === undefined || Number.isNaN(period) || n === undefined || treatMissingData === undefined) {
    throw new Error(`line ${line}: the alarm ${text} can't be read`);
  }
  const simple = (["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const).find((one) => one === statistic);
  const zone = more.find((one) => one.startsWith("wall "))?.slice(5);
  return {
    metric: {
      namespace: "Scenarios",
      name: "m",
      dimensions: [],
      ...(simple === undefined ? { extendedStatistic: statistic } : { statistic: simple }),
      period,
    },
    evaluationPeriods: Number(n),
    ...(m !== undefined && { datapointsToAlarm: Number(m) }),
    comparison,
    threshold: Number(threshold),
    treatMissingData,
    ...(more.includes("low ignore") && { lowSamples: "ignore" as const }),
    ...(zone !== undefined && { window: { kind: "wall-clock" as const, timezone: zone } }),
  };
}

function readValues(text: string): number[] {
  if (text === "-") return [];
  return text.split(",").flatMap((part) => {
    const [value = "", times = "1"] = part.split("x");
    if (value === "" || Number.isNaN(Number(value))) throw new Error(`the value ${text} can't be read`);
    return new Array<number>(Number(times)).fill(Number(value));
  });
}

const STATES: Readonly<Record<string, StateValue | undefined>> = {
  OK: "OK",
  ALARM: "ALARM",
  INSUF: "INSUFFICIENT_DATA",
  ".": undefined,
};

function readState(text: string): StateValue | undefined {
  if (!Object.hasOwn(STATES, text)) throw new Error(`the state ${text} can't be read`);
  return STATES[text];
}
