import { percentile } from "./naive-aggregate.ts";
import type { Row } from "./naive-row.ts";
import { type NaiveValue, numberOf, shownNumber, textOf } from "./naive-value.ts";
import type { Command } from "./node.ts";

type WindowKind = "accum" | "autoregress" | "filldown" | "sessionize" | "outlier";

/** Values of rows before, in the order of the rows; gives the names that are new. */
export function lookBack(rows: readonly Row[], command: Extract<Command, { kind: WindowKind }>): string[] {
  if (command.kind === "filldown") {
    for (const { name } of command.names) {
      let last: NaiveValue;
      for (const row of rows) {
        last = row.values.get(name) ?? last;
        row.values.set(name, last);
      }
    }
    return [];
  }
  if (command.kind === "sessionize") {
    numberSessions(rows, command);
    return [command.name.name];
  }
  if (command.kind === "outlier") throw new Error("outliers may remove rows");
  const values = rows.map((row) => row.values.get(command.field.name));
  if (command.kind === "autoregress") {
    const names: string[] = [];
    for (let distance = command.from; distance <= command.to; distance++) {
      const name = `${command.name.name}_p${distance}`;
      rows.forEach((row, index) => {
        row.values.set(name, values[index - distance]);
      });
      names.push(name);
    }
    return names;
  }
  let sum: number | undefined;
  rows.forEach((row, index) => {
    const number = numberOf(values[index]);
    if (number !== undefined) sum = (sum ?? 0) + number;
    row.values.set(command.name.name, sum);
  });
  return [command.name.name];
}

function numberSessions(rows: readonly Row[], command: Extract<Command, { kind: "sessionize" }>): void {
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[String(command.gap.unit)] ?? 0;
  const last = new Map<string, { at: number; session: number }>();
  const byTime = rows
    .filter(({ event }) => event !== undefined)
    .sort((a, b) => {
      return (a.event?.at ?? 0) - (b.event?.at ?? 0) || (a.event?.seq ?? 0) - (b.event?.seq ?? 0);
    });
  for (const row of byTime) {
    const key = command.fields.map(({ name }) => textOf(row.values.get(name)) ?? "").join("-");
    const id = JSON.stringify(command.fields.map(({ name }) => textOf(row.values.get(name)) ?? ""));
    const at = row.event?.at ?? 0;
    const before = last.get(id);
    const goesOn = before !== undefined && at - before.at <= command.gap.written * unit;
    const session = (before?.session ?? 0) + (goesOn ? 0 : 1);
    last.set(id, { at, session });
    row.values.set(command.name.name, `${key}-${session}`);
  }
}

/** The rows left, with values cut to the bounds. */
export function withoutOutliers(rows: readonly Row[], command: Extract<Command, { kind: "outlier" }>): Row[] {
  let left = [...rows];
  const bounds = command.fields.map(({ name }) => {
    const numbers = rows.map((row) => numberOf(row.values.get(name))).filter((each) => each !== undefined);
    const [low, high] = [percentile(numbers, 25), percentile(numbers, 75)];
    const range = low === undefined || high === undefined ? 0 : command.factor * (high - low);
    return { name, low: (low ?? 0) - range, high: (high ?? 0) + range };
  });
  for (const { name, low, high } of bounds) {
    const isAbove = (row: Row) => (numberOf(row.values.get(name)) ?? high) > high;
    const isBelow = (row: Row) => command.lower && (numberOf(row.values.get(name)) ?? low) < low;
    if (command.removes) left = left.filter((row) => !isAbove(row) && !isBelow(row));
    else {
      for (const row of left) {
        const bound = isAbove(row) ? high : isBelow(row) ? low : undefined;
        // A column of texts stays one.
        const isText = typeof row.values.get(name) === "string";
        if (bound !== undefined) row.values.set(name, isText ? shownNumber(bound) : bound);
      }
    }
  }
  return left;
}
