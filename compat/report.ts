/** Results as text for people, and as JSON. */

import type { ClientName } from "./clients/client.ts";
import type { Result } from "./runner.ts";
import type { Scenario } from "./scenario.ts";

export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly leftOut: number;
}

const failed = (result: Result): boolean => result.kind === "played" && result.fault !== undefined;

export function count(results: readonly Result[]): Count {
  return {
    passed: results.filter((result) => result.kind === "played" && !failed(result)).length,
    failed: results.filter(failed).length,
    leftOut: results.filter((result) => result.kind === "left out").length,
  };
}

function lines(result: Result): readonly string[] {
  if (result.kind !== "played" || result.fault === undefined) return [];
  const { step, call, lines } = result.fault;
  return [`step ${step} (${call})`, ...lines];
}

/** What went wrong, for a reader who has the scenario open beside it. */
export function describeFault(result: Result): string {
  return lines(result).join("\n    ");
}

/** The faults of one scenario; clients that saw the same one (but for random names) share a paragraph. */
function describeFaults(file: string, results: readonly Result[]): string[] {
  const paragraphs = new Map<string, Result[]>();
  for (const result of results) {
    const key = lines(result)
      .map((line) => line.replaceAll(/[0-9a-f]{10,}/g, "…"))
      .join("\n")
      .slice(0, 200);
    paragraphs.set(key, [...(paragraphs.get(key) ?? []), result]);
  }
  return [...paragraphs.values()].flatMap((same) => {
    const [first] = same;
    const clients = same.map((result) => result.client).join(", ");
    return first === undefined ? [] : [`${file} with ${clients}: ${describeFault(first)}\n`];
  });
}

function cell(result: Result | undefined): string {
  if (result === undefined || result.kind === "left out") return "-";
  return result.fault === undefined ? "ok" : "FAIL";
}

/** A table (a row for each scenario, a column for each client), the faults, a line for each client, and the sum. */
export function asText(
  scenarios: readonly Scenario[],
  results: readonly Result[],
  clients: readonly ClientName[],
): string {
  const width = Math.max(...scenarios.map((scenario) => scenario.file.length));
  const row = (first: string, cells: readonly string[]): string =>
    `${first.padEnd(width)}  ${cells.map((text) => text.padEnd(5)).join("  ")}`.trimEnd();
  const of = (file: string, client: ClientName): Result | undefined =>
    results.find((result) => result.file === file && result.client === client);
  const total = count(results);
  return [
    row("scenario", clients),
    ...scenarios.map(({ file }) =>
      row(
        file,
        clients.map((client) => cell(of(file, client))),
      ),
    ),
    "",
    ...scenarios.flatMap(({ file }) =>
      describeFaults(
        file,
        results.filter((one) => one.file === file && failed(one)),
      ),
    ),
    ...clients.map((client) => {
      const mine = count(results.filter((result) => result.client === client));
      return `${client}: ${mine.passed} passed, ${mine.failed} failed, ${mine.leftOut} left out`;
    }),
    `${total.passed} passed, ${total.failed} failed`,
  ].join("\n");
}

export function asJson(results: readonly Result[]): string {
  return JSON.stringify({ ...count(results), results }, null, 2);
}
