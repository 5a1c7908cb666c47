import { LanguageError, quoted } from "../syntax/language-error.ts";
import { isStatistic, type LabelStatistic } from "./statistics.ts";

/** AWS's bound on the dynamic values of a label; ${LABEL} is not counted. */
export const MAX_DYNAMIC_VALUES = 6;

/** A label that breaks a bound. */
export class DynamicLabelError extends LanguageError {
  override readonly name = "DynamicLabelError";
}

/** A label in parts. Frozen plain data. */
export interface DynamicLabel {
  readonly text: string;
  readonly parts: readonly LabelPart[];
}

export type LabelPart =
  | { readonly kind: "text"; readonly text: string }
  /** ${LABEL}: the label that the series would have on its own. */
  | { readonly kind: "label" }
  | { readonly kind: "statistic"; readonly statistic: LabelStatistic }
  /** ${PROP('Dim.InstanceId')}: something that is known of the metric. */
  | { readonly kind: "property"; readonly property: LabelProperty };

export type LabelProperty =
  | { readonly name: "MetricName" | "Namespace" | "Period" | "Region" | "Stat" | "AccountId" | "AccountLabel" }
  | { readonly name: "Dim"; readonly dimension: string };

const PROPERTIES = ["MetricName", "Namespace", "Period", "Region", "Stat", "AccountId", "AccountLabel"] as const;
const PLACEHOLDER = /\$\{\s*(?:([A-Z_]+)|PROP\(\s*(?:'([^']*)'|"([^"]*)")\s*\))\s*\}/g;

/**
 * Reads a label. What looks like a placeholder and is none stays text, so that it shows.
 * @throws DynamicLabelError if it has more than six dynamic values, or ${LABEL} twice
 */
export function parseDynamicLabel(text: string): DynamicLabel {
  const parts: LabelPart[] = [];
  let from = 0;
  let values = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const part = partOf(match);
    if (part === undefined) continue;
    const span = { start: match.index, end: match.index + match[0].length };
    if (part.kind === "label" && parts.some(({ kind }) => kind === "label")) {
      throw new DynamicLabelError(`A label has ${quoted(match[0])} at most once. Take one out.`, span);
    }
    if (part.kind !== "label" && ++values > MAX_DYNAMIC_VALUES) {
      throw new DynamicLabelError(
        `A label has at most ${MAX_DYNAMIC_VALUES} dynamic values; ${quoted(match[0])} is one more. Take some out.`,
        span,
      );
    }
    if (match.index > from) parts.push(Object.freeze({ kind: "text", text: text.slice(from, match.index) }));
    parts.push(Object.freeze(part));
    from = span.end;
  }
  if (from < text.length) parts.push(Object.freeze({ kind: "text", text: text.slice(from) }));
  return Object.freeze({ text, parts: Object.freeze(parts) });
}

function partOf([, word, single, double]: RegExpExecArray): LabelPart | undefined {
  if (word === "LABEL") return { kind: "label" };
  if (word !== undefined) return isStatistic(word) ? { kind: "statistic", statistic: word } : undefined;
  const name = single ?? double ?? "";
  const known = PROPERTIES.find((candidate) => candidate === name);
  if (known !== undefined) return { kind: "property", property: Object.freeze({ name: known }) };
  if (!name.startsWith("Dim.") || name.length === 4) return undefined;
  return { kind: "property", property: Object.freeze({ name: "Dim", dimension: name.slice(4) }) };
}
