import { asciiLower, compileGlob, type Glob } from "./glob.ts";
import type { ActionsNode } from "./nodes.ts";
import { atomsOf } from "./pattern.ts";

/** The actions of a statement, ready to be asked. Names of actions have no case: all texts here are lower case. */
export interface ActionMatcher {
  /** The service prefixes that the actions have; undefined when they may be of any service. */
  readonly services: readonly string[] | undefined;
  matches(action: string): boolean;
}

export function compileActions({ not, patterns }: ActionsNode): ActionMatcher {
  const names = new Set<string>();
  const globs: Glob[] = [];
  const services = new Set<string>();
  for (const pattern of patterns.map(asciiLower)) {
    services.add(serviceOf(pattern));
    if (/[*?]/.test(pattern)) globs.push(compileGlob(atomsOf([{ text: pattern, literal: false }])));
    else names.add(pattern);
  }
  const named = (action: string): boolean => names.has(action) || globs.some((glob) => glob(action));
  const anyService = not || [...services].some((service) => /[*?]/.test(service));
  return {
    services: anyService ? undefined : [...services],
    matches: not ? (action) => !named(action) : named,
  };
}

/** `logs` of `logs:PutLogEvents`. */
export function serviceOf(action: string): string {
  const colon = action.indexOf(":");
  return colon < 0 ? action : action.slice(0, colon);
}
