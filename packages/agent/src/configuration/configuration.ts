import { type AgentSection, readAgentSection } from "./agent-section.ts";
import { documentOf, type JsonDocument, readJson } from "./json-document.ts";
import { type LogSection, readLogSection } from "./log-section.ts";
import { mergeDocuments } from "./merge.ts";
import { type MetricSection, readMetricSection } from "./metric-section.ts";
import type { Problem } from "./problem.ts";
import { Section } from "./section.ts";

/** A whole configuration, read and checked. Names may have placeholders still. */
export interface Configuration {
  readonly agent: AgentSection;
  readonly logs: LogSection | undefined;
  readonly metrics: MetricSection | undefined;
}

export interface ConfigurationText {
  /** For messages. */
  readonly name: string;
  readonly text: string;
}

export interface FoundProblem extends Problem {
  /** Name of the text; of the last one for what only the merge shows. */
  readonly file: string;
}

/**
 * 1: the texts are JSON of the original's schema. 2: they do not contradict one another, and together make sense.
 * `ctl` tells people how far a configuration came.
 */
export type Phase = 1 | 2;

export interface ReadConfiguration {
  /** Undefined when there are errors. */
  readonly configuration: Configuration | undefined;
  readonly problems: readonly FoundProblem[];
  /** The phase that failed; undefined when none did. */
  readonly failedPhase: Phase | undefined;
}

/**
 * Reads one or more configurations of the Amazon CloudWatch agent as one, merged as its append-config does.
 * Pure: neither files nor the network are touched.
 */
export function readConfiguration(texts: readonly ConfigurationText[]): ReadConfiguration {
  const problems: FoundProblem[] = [];
  const documents: JsonDocument[] = [];
  for (const { name, text } of texts) {
    const document = readJson(text);
    documents.push(document);
    readDocument(document);
    problems.push(...document.report.problems.map((problem) => ({ ...problem, file: name })));
  }
  if (problems.some(isError)) return { configuration: undefined, problems, failedPhase: 1 };
  const last = texts.at(-1)?.name ?? "";
  const merged = mergeDocuments(documents.map(({ value }) => value));
  problems.push(
    ...merged.conflicts.map(({ path, message }): FoundProblem => {
      return { severity: "error", path, message, place: undefined, file: last };
    }),
  );
  const document = documents.length === 1 ? documents[0] : documentOf(merged.value);
  const configuration = document === undefined ? undefined : readDocument({ ...document, report: fresh(document) });
  if (configuration !== undefined && configuration.logs === undefined && configuration.metrics === undefined) {
    problems.push({
      severity: "error",
      path: "",
      message: "has neither logs nor metrics",
      place: undefined,
      file: last,
    });
  }
  // What one text alone had wrong is told already; the merge may add contradictions between items.
  const told = new Set(problems.map(({ path, message }) => `${path}\n${message}`));
  const added = (document?.report.problems ?? []).filter(({ path, message }) => !told.has(`${path}\n${message}`));
  problems.push(...added.filter(isError).map((problem) => ({ ...problem, file: last })));
  const failed = problems.some(isError);
  return { configuration: failed ? undefined : configuration, problems, failedPhase: failed ? 2 : undefined };
}

const isError = ({ severity }: Problem): boolean => severity === "error";

const fresh = (document: JsonDocument): JsonDocument["report"] => {
  document.report.problems.length = 0;
  return document.report;
};

function readDocument({ root, report }: JsonDocument): Configuration | undefined {
  if (root === undefined) return undefined;
  const document = new Section(root, "", report);
  const agent = readAgentSection(document.section("agent"));
  const logs = document.section("logs");
  const metrics = document.section("metrics");
  if (document.has("traces")) document.note("traces are not collected here", "traces");
  if (document.has("opentelemetry")) document.note("OpenTelemetry pipelines are not run here", "opentelemetry");
  document.ignore("traces", "opentelemetry", "csm");
  for (const name of document.names()) {
    if (!["agent", "logs", "metrics", "traces", "opentelemetry", "csm"].includes(name)) {
      document.note("is not known and has no effect", name);
    }
  }
  return {
    agent,
    logs: logs === undefined ? undefined : readLogSection(logs, agent.entity),
    metrics: metrics === undefined ? undefined : readMetricSection(metrics, agent.collectionInterval),
  };
}
