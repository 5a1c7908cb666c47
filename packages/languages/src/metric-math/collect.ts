import type { Span } from "../syntax/language-error.ts";
import { type ExternalSource, type MathNode, type MathSource, MetricMathError } from "./nodes.ts";

/** The Ids that an expression names, each once, in order of appearance. */
export function idsIn(node: MathNode): string[] {
  const ids = new Set<string>();
  visit(node, (each) => {
    if (each.kind === "id") ids.add(each.id);
  });
  return [...ids];
}

/** The calls whose series come from elsewhere. */
export function collectSources(node: MathNode): {
  readonly usesMetrics: boolean;
  readonly sources: readonly MathSource[];
} {
  const sources: MathSource[] = [];
  let usesMetrics = false;
  visit(node, (each) => {
    if (each.kind !== "call") return;
    if (each.name === "METRICS") usesMetrics = true;
    if (each.source !== undefined) sources.push(each.source);
  });
  return Object.freeze({ usesMetrics, sources: Object.freeze(sources) });
}

const EXTERNAL: readonly ExternalSource["name"][] = [
  "SERVICE_QUOTA",
  "INSIGHT_RULE_METRIC",
  "LAMBDA",
  "DB_PERF_INSIGHTS",
];

/** What a call fetches, if it fetches anything. */
export function sourceOfCall(name: string, args: readonly MathNode[], span: Span): MathSource | undefined {
  const [first, second, third] = args;
  if (name === "SEARCH") {
    if (first?.kind !== "text" || second?.kind !== "text" || (third !== undefined && third.kind !== "number")) {
      throw new MetricMathError(
        "SEARCH takes a search and a statistic in quotes, and perhaps a period in seconds. Write SEARCH('{Namespace,Dimension} term', 'Average', 300).",
        span,
      );
    }
    const period = third?.value;
    return Object.freeze({ kind: "search", expression: first.value, statistic: second.value, period, span });
  }
  if (name === "ANOMALY_DETECTION_BAND") {
    if (first?.kind !== "id") {
      throw new MetricMathError(
        "ANOMALY_DETECTION_BAND takes the Id of a metric or of an expression. Give what is calculated here an Id of its own.",
        first?.span ?? span,
      );
    }
    return Object.freeze({ kind: "band", id: first.id, span });
  }
  const external = EXTERNAL.find((candidate) => candidate === name);
  return external && Object.freeze({ kind: "external", name: external, args, span });
}

function visit(node: MathNode, see: (node: MathNode) => void): void {
  see(node);
  switch (node.kind) {
    case "array":
      for (const item of node.items) visit(item, see);
      break;
    case "negative":
      visit(node.operand, see);
      break;
    case "binary":
      visit(node.left, see);
      visit(node.right, see);
      break;
    case "call":
      for (const arg of node.args) visit(arg, see);
      break;
    default:
  }
}
