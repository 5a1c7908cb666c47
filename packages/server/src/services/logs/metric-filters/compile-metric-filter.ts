import {
  compileFieldSelection,
  compileMatcher,
  compileSelector,
  FieldSelectionError,
  type FilterPattern,
  FilterPatternError,
  type Matcher,
  type MessageReader,
  parseFilterPattern,
} from "@nephoscope/languages";
import type { Scope } from "../groups/log-group.ts";
import type { MetricFilter, MetricTransformation } from "./metric-filter.ts";

/** Dimensions of a filter, those of system fields included (API reference, MetricTransformation). */
const MAX_DIMENSIONS = 3;
/** Bounds of a dimension's name and value (CloudWatch API reference, Dimension). */
const MAX_DIMENSION_NAME = 255;
const MAX_DIMENSION_VALUE = 1_024;

/** A rule that a filter breaks; the message is for the caller. */
export class MetricFilterRefused extends Error {
  override readonly name = "MetricFilterRefused";
}

/** What a matching event gives. */
export interface FilterValue {
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A filter ready to be run over messages. */
export interface CompiledMetricFilter {
  readonly transformation: MetricTransformation;
  readonly pattern: FilterPattern;
  /** Whether its pattern holds a regular expression: a group may have few of those. */
  readonly regex: boolean;
  /** Dimensions that every value has, whatever the event says. */
  readonly systemDimensions: Readonly<Record<string, string>>;
  /**
   * Undefined when the message doesn't match. A match that has no number where the value should be, or lacks one of the
   * dimensions, is a match without a value.
   */
  evaluate(message: string): { readonly value: FilterValue | undefined } | undefined;
}

/** Reads a field of a matching event; `extracted` holds what the pattern itself names. */
type FieldReader = (message: string, extracted: Readonly<Record<string, string>>) => string | undefined;

/**
 * Checks a filter and makes it ready, for the events of a group in `scope`. Filters of one group share a `reader`.
 * @throws FilterPatternError when the pattern can't be read, MetricFilterRefused for any other rule
 */
export function compileMetricFilter(
  filter: Pick<
    MetricFilter,
    "filterPattern" | "transformation" | "fieldSelectionCriteria" | "emitSystemFieldDimensions"
  >,
  scope: Scope,
  reader?: MessageReader,
): CompiledMetricFilter {
  const { transformation } = filter;
  const pattern = parseFilterPattern(filter.filterPattern);
  const systemFields = { "@aws.account": scope.account, "@aws.region": scope.region };
  const systemDimensions = Object.fromEntries(
    readSystemDimensions(filter.emitSystemFieldDimensions ?? []).map((name) => [name, systemFields[name]]),
  );
  const dimensions = compileDimensions(transformation, Object.keys(systemDimensions).length, pattern, reader);
  const value = compileValue(transformation.metricValue, pattern, reader);
  if (transformation.defaultValue !== undefined && !Number.isFinite(transformation.defaultValue)) {
    throw new MetricFilterRefused("Invalid metric transformation: the default value must be a finite number.");
  }
  // All events of a group come from one account and region, so the criteria decide once for all of them.
  const selected = compileSelection(filter.fieldSelectionCriteria)(systemFields);
  const matcher = compileMatcher(pattern, reader === undefined ? {} : { reader });
  const needsFields = typeof value !== "number" || dimensions.length > 0;

  return {
    transformation,
    pattern,
    regex: pattern.regexCount > 0,
    systemDimensions,
    evaluate(message) {
      if (!selected) return undefined;
      const extracted = needsFields ? matcher.extract(message) : matchedOnly(matcher, message);
      if (extracted === undefined) return undefined;
      const number = typeof value === "number" ? value : readNumber(value(message, extracted));
      if (number === undefined) return { value: undefined };
      const found = Object.entries(systemDimensions);
      for (const { name, read } of dimensions) {
        const text = read(message, extracted);
        if (text === undefined || text === "" || text.length > MAX_DIMENSION_VALUE) return { value: undefined };
        found.push([name, text]);
      }
      return { value: { value: number, dimensions: Object.fromEntries(found) } };
    },
  };
}

const NOTHING: Readonly<Record<string, string>> = {};
const matchedOnly = (matcher: Matcher, message: string) => (matcher.matches(message) ? NOTHING : undefined);

function compileSelection(criteria: string | undefined): ReturnType<typeof compileFieldSelection> {
  try {
    return compileFieldSelection(criteria ?? "");
  } catch (error) {
    if (!(error instanceof FieldSelectionError)) throw error;
    throw new MetricFilterRefused(
      `Invalid field selection criteria: ${error.message} (characters ${error.startOffset} to ${error.endOffset})`,
    );
  }
}

const SYSTEM_DIMENSIONS = ["@aws.account", "@aws.region"] as const;

function readSystemDimensions(names: readonly string[]): (typeof SYSTEM_DIMENSIONS)[number][] {
  return [...new Set(names)].map((name) => {
    const known = SYSTEM_DIMENSIONS.find((field) => field === name);
    if (known === undefined) {
      throw new MetricFilterRefused(
        `Invalid metric transformation: ${name} is no system field; @aws.account and @aws.region are.`,
      );
    }
    return known;
  });
}

function compileDimensions(
  { dimensions = {}, defaultValue }: MetricTransformation,
  systemDimensions: number,
  pattern: FilterPattern,
  reader: MessageReader | undefined,
): { name: string; read: FieldReader }[] {
  const entries = Object.entries(dimensions);
  if (entries.length > 0 && pattern.language === "terms") {
    throw new MetricFilterRefused("The specified filter pattern does not support dimensions");
  }
  if (entries.length > 0 && defaultValue !== undefined) {
    throw new MetricFilterRefused(
      "Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
    );
  }
  if (entries.length + systemDimensions > MAX_DIMENSIONS) {
    throw new MetricFilterRefused(
      `Invalid metric transformation: at most ${MAX_DIMENSIONS} dimensions are allowed, those of system fields included.`,
    );
  }
  return entries.map(([name, field]) => {
    if (
      name.trim() === "" ||
      name.length > MAX_DIMENSION_NAME ||
      name.startsWith(":") ||
      !/^[\x20-\x7e]*$/.test(name)
    ) {
      throw new MetricFilterRefused(
        `Invalid metric transformation: a dimension's name must be 1 to ${MAX_DIMENSION_NAME} ASCII characters, not blank, and not begin with a colon.`,
      );
    }
    return { name, read: compileField(field, pattern, `the dimension ${name}`, reader) };
  });
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function readNumber(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? "";
  if (!NUMBER.test(trimmed)) return undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : undefined;
}

function compileValue(text: string, pattern: FilterPattern, reader: MessageReader | undefined): number | FieldReader {
  return readNumber(text) ?? compileField(text, pattern, "the metric value", reader);
}

function compileField(
  text: string,
  pattern: FilterPattern,
  what: string,
  reader: MessageReader | undefined,
): FieldReader {
  switch (pattern.language) {
    case "terms":
      throw new MetricFilterRefused(
        `Invalid metric transformation: ${what} must be a number, because the filter pattern has no fields.`,
      );
    case "json": {
      if (pattern.selectors.some((selector) => selector.text === text)) return (_message, extracted) => extracted[text];
      try {
        return compileSelector(text, reader);
      } catch (error) {
        if (!(error instanceof FilterPatternError)) throw error;
        throw new MetricFilterRefused(
          `Invalid metric transformation: ${what} must be a number or a field such as $.latency. ${error.message}`,
        );
      }
    }
    case "space": {
      const names = [...pattern.before, ...(pattern.after ?? [])].map((slot) => slot.name);
      if (!/^\$[1-9]\d*$/.test(text) && !names.some((name) => name !== undefined && text === `$${name}`)) {
        throw new MetricFilterRefused(
          `Invalid metric transformation: ${what} must be a number, or a field of the filter pattern such as $size or $7.`,
        );
      }
      return (_message, extracted) => (Object.hasOwn(extracted, text) ? extracted[text] : undefined);
    }
  }
}
