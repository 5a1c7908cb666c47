import { compileBoolean, compileComparison } from "./compare.ts";
import { type JsonValue, scalarOf, select } from "./json-event.ts";
import type { Matcher } from "./matcher.ts";
import { type MessageReader, PLAIN_READER } from "./message-reader.ts";
import { compileTextTest, narrow } from "./narrow.ts";
import type { JsonConditionNode, JsonPattern, SelectorNode } from "./nodes.ts";
import { parseSelector } from "./parse-selector.ts";

type ExtractedValues = Record<string, string>;

/** Compiles a JSON pattern. It extracts the scalar values of its selectors, keyed by the selector's text. */
export function compileJson(pattern: JsonPattern, reader: MessageReader): Matcher {
  const test = compileBoolean(pattern.condition, compileCondition);
  // Parsing costs many times a search for the texts that a match needs, and most events lack them.
  const mayMatch = compileTextTest(narrow(pattern).test);
  const read = (message: string) => {
    const event = mayMatch(message) ? reader.json(message) : undefined;
    return event !== undefined && test(event) ? event : undefined;
  };
  return {
    matches: (message) => read(message) !== undefined,
    extract(message) {
      const event = read(message);
      if (event === undefined) return undefined;
      const values: ExtractedValues = {};
      for (const selector of pattern.selectors) {
        const text = firstScalar(event, selector);
        if (text !== undefined) values[selector.text] = text;
      }
      return values;
    },
  };
}

/**
 * Compiles one selector to a reader of its value, for metric values and dimensions that the pattern itself does not test.
 * The reader returns undefined when the event is no JSON object or has no scalar there.
 * @throws FilterPatternError
 */
export function compileSelector(
  text: string,
  reader: MessageReader = PLAIN_READER,
): (message: string) => string | undefined {
  const selector = parseSelector(text);
  return (message) => {
    const event = reader.json(message);
    return event === undefined ? undefined : firstScalar(event, selector);
  };
}

function firstScalar(event: JsonValue, selector: SelectorNode): string | undefined {
  for (const value of select(event, selector)) {
    const scalar = scalarOf(value);
    if (scalar !== undefined) return scalar.text;
  }
  return undefined;
}

function compileCondition({ selector, test }: JsonConditionNode): (event: JsonValue) => boolean {
  switch (test.kind) {
    case "absent":
      return (event) => select(event, selector).length === 0;
    case "null":
      return (event) => select(event, selector).some((value) => value === null);
    case "boolean":
      return (event) => select(event, selector).some((value) => value === test.value);
    case "compare": {
      const compare = compileComparison(test.comparison);
      const nullMatches = test.comparison.operator === "!=";
      return (event) =>
        select(event, selector).some((value) => {
          if (value === null) return nullMatches;
          const scalar = scalarOf(value);
          return scalar !== undefined && compare(scalar);
        });
    }
  }
}
