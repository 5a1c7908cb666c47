import { FilterPatternError } from "./errors.ts";
import type { FilterPattern } from "./nodes.ts";
import { parseJson } from "./parse-json.ts";
import { parseSpace } from "./parse-space.ts";
import { parseTerms } from "./parse-terms.ts";
import { MAX_REGEXES } from "./regex.ts";

/** AWS's bound on a pattern, in UTF-16 units. */
export const MAX_PATTERN_LENGTH = 1024;

/**
 * Reads a filter pattern. The first character that is no blank selects the language: `{` conditions on JSON,
 * `[` space-delimited fields, anything else terms. A pattern of blanks matches every event.
 * @throws FilterPatternError saying what is wrong and where
 */
export function parseFilterPattern(text: string): FilterPattern {
  if (text.length > MAX_PATTERN_LENGTH) {
    throw new FilterPatternError(
      `The pattern has ${text.length} characters; at most ${MAX_PATTERN_LENGTH} are allowed.`,
      MAX_PATTERN_LENGTH,
      text.length,
    );
  }
  const pattern = parseLanguage(text);
  if (pattern.regexCount > MAX_REGEXES) {
    throw new FilterPatternError(
      `The pattern has ${pattern.regexCount} regular expressions; at most ${MAX_REGEXES} are allowed.`,
      0,
      text.length,
    );
  }
  return pattern;
}

function parseLanguage(text: string): FilterPattern {
  const first = text.trimStart()[0];
  if (first === "{") return parseJson(text);
  if (first === "[") return parseSpace(text);
  return parseTerms(text);
}
