import { type Figure, met } from "./case.ts";
import type { Machine } from "./machine.ts";

export type CaseResult = {
  readonly name: string;
  readonly about: string;
  readonly seconds: number;
  /** Load average of the machine when the case began. */
  readonly loadBefore: number;
  readonly figures: readonly Figure[];
  /** Why there are no figures. */
  readonly error?: string;
};

export type Report = {
  readonly date: string;
  readonly command: string;
  readonly machine: Machine;
  readonly data: { readonly events: number; readonly messageBytes: number; readonly seed: number };
  readonly cases: readonly CaseResult[];
};

/** The report as Markdown: a table for each case, and a line that counts the promises kept. */
export function toMarkdown(report: Report): string {
  const { machine, data } = report;
  const lines = [
    `# Benchmark of ${report.date}`,
    "",
    `- Command: \`${report.command}\``,
    `- Commit: ${machine.commit}`,
    `- Machine: ${machine.cores} × ${machine.cpu}, ${machine.memoryGib} GiB, ${machine.system}, Node.js ${machine.node}`,
    `- Data: ${data.events.toLocaleString("en")} events, ${(data.messageBytes / 1e6).toFixed(0)} MB of messages, seed ${data.seed}`,
    `- ${summary(report)}`,
  ];
  for (const { name, about, seconds, loadBefore, figures, error } of report.cases) {
    lines.push("", `## ${name}`, "", about, `Took ${seconds.toFixed(0)} s; load average before it ${loadBefore}.`, "");
    if (error !== undefined) lines.push(`**Failed:** ${error}`);
    if (figures.length === 0) continue;
    lines.push("| figure | value | promised | kept |", "| --- | ---: | ---: | --- |");
    for (const figure of figures) lines.push(`| ${cells(figure).map(escapeCell).join(" | ")} |`);
  }
  return `${lines.join("\n")}\n`;
}

/** The figures of a case as aligned lines for a terminal. */
export function toText(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  return figures
    .map((figure) => {
      const [name = "", value = "", promised = "", kept = ""] = cells(figure);
      return `  ${name.padEnd(width)}  ${value.padStart(14)}  ${promised && `(${promised}) ${kept}`}`.trimEnd();
    })
    .join("\n");
}

export function summary({ cases }: Report): string {
  const all = cases.flatMap(({ figures }) => figures.map(met)).filter((kept) => kept !== undefined);
  const failed = cases.filter(({ error }) => error !== undefined).map(({ name }) => name);
  const text = `Promises kept: ${all.filter(Boolean).length} of ${all.length}`;
  return failed.length === 0 ? text : `${text}. Cases without a result: ${failed.join(", ")}`;
}

function cells(figure: Figure): string[] {
  const { name, value, unit, target } = figure;
  const promised =
    target === undefined
      ? ""
      : "atMost" in target
        ? `≤ ${quantity(target.atMost, unit)}`
        : `≥ ${quantity(target.atLeast, unit)}`;
  const kept = met(figure);
  return [name, quantity(value, unit), promised, kept === undefined ? "" : kept ? "yes" : "NO"];
}

/** Three significant digits; more would pretend. Counts stand as they are. */
function quantity(value: number, unit: Figure["unit"]): string {
  if (unit === "count") return Math.round(value).toLocaleString("en");
  const text = Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
  return unit === "ratio" ? text : `${text} ${unit}`;
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
