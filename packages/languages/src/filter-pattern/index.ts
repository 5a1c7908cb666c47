export { FilterPatternError } from "./errors.ts";
export { compileSelector } from "./match-json.ts";
export { compileMatcher, type Matcher, type MatcherOptions } from "./matcher.ts";
export { compileMatcherSet, type MatcherSet } from "./matcher-set.ts";
export { type MessageReader, rememberingReader } from "./message-reader.ts";
export { type NarrowingCondition, narrow, type TextTest } from "./narrow.ts";
export type { FilterPattern, JsonPattern, SpacePattern, TermsPattern } from "./nodes.ts";
export { MAX_PATTERN_LENGTH, parseFilterPattern } from "./parse.ts";
