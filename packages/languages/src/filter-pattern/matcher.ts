import { compileJson } from "./match-json.ts";
import { compileSpace } from "./match-space.ts";
import { compileTerms } from "./match-terms.ts";
import { type MessageReader, PLAIN_READER } from "./message-reader.ts";
import type { FilterPattern } from "./nodes.ts";

/** A compiled pattern. Pure and free of state: one matcher serves any number of callers. Time is linear in the message. */
export interface Matcher {
  matches(message: string): boolean;
  /** What TestMetricFilter calls extractedValues; undefined when the event does not match. */
  extract(message: string): Record<string, string> | undefined;
}

export interface MatcherOptions {
  /**
   * Lets a space-delimited pattern without `...` match events with more fields than it has slots. AWS's pages disagree
   * on this; the default is false, an exact count.
   */
  readonly allowExtraFields?: boolean;
  /** How messages are read; matchers of many patterns share one. */
  readonly reader?: MessageReader;
}

export function compileMatcher(pattern: FilterPattern, options: MatcherOptions = {}): Matcher {
  switch (pattern.language) {
    case "terms":
      return compileTerms(pattern);
    case "json":
      return compileJson(pattern, options.reader ?? PLAIN_READER);
    case "space":
      return compileSpace(pattern, {
        allowExtraFields: options.allowExtraFields ?? false,
        reader: options.reader ?? PLAIN_READER,
      });
  }
}
