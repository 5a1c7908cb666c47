import { type NameTokens, tokensOf } from "./name-tokens.ts";
import type { PartialText, SearchExpression, SearchNode, SearchProperty, TermNode } from "./nodes.ts";

/** A metric as a search sees it. */
export interface SearchedMetric {
  readonly namespace: string;
  readonly metric: string;
  /** Values by name. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly account?: string;
}

/** How many names' tokens a matcher remembers; metrics share most of theirs. Beyond that it begins anew. */
const REMEMBERED_NAMES = 50_000;

type Test = (metric: SearchedMetric) => boolean;

/** Makes a test of metrics. Its time grows with the length of the metric's names. */
export function compileSearch({ schema, term }: SearchExpression): Test {
  const tests: Test[] = [];
  if (schema !== undefined) {
    const wanted = new Set(schema.dimensionNames);
    tests.push(({ namespace, dimensions }) => {
      if (namespace !== schema.namespace) return false;
      const names = Object.keys(dimensions);
      return names.length === wanted.size && names.every((name) => wanted.has(name));
    });
  }
  if (term !== undefined) tests.push(compileNode(term, rememberTokens()));
  return (metric) => tests.every((test) => test(metric));
}

type Tokenizer = (name: string) => NameTokens;

function rememberTokens(): Tokenizer {
  const known = new Map<string, NameTokens>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    if (known.size === REMEMBERED_NAMES) known.clear();
    const made = tokensOf(name);
    known.set(name, made);
    return made;
  };
}

function compileNode(node: SearchNode, tokenizer: Tokenizer): Test {
  switch (node.kind) {
    case "and": {
      const parts = node.parts.map((part) => compileNode(part, tokenizer));
      return (metric) => parts.every((part) => part(metric));
    }
    case "or": {
      const parts = node.parts.map((part) => compileNode(part, tokenizer));
      return (metric) => parts.some((part) => part(metric));
    }
    case "not": {
      const operand = compileNode(node.operand, tokenizer);
      return (metric) => !operand(metric);
    }
    case "term":
      return compileTerm(node, tokenizer);
  }
}

function compileTerm({ property, text }: TermNode, tokenizer: Tokenizer): Test {
  const fits =
    text.kind === "exact"
      ? (name: string) => name === text.text
      : (name: string) => matchesPartly(text, tokenizer(name));
  return (metric) => valuesOf(metric, property).some(fits);
}

function valuesOf(
  { namespace, metric, dimensions, account }: SearchedMetric,
  property: SearchProperty,
): readonly string[] {
  switch (property.kind) {
    case "any":
      return [metric, namespace, ...Object.keys(dimensions), ...Object.values(dimensions)];
    case "metric":
      return [metric];
    case "namespace":
      return [namespace];
    case "account":
      return account === undefined ? [] : [account];
    case "dimension":
      return Object.hasOwn(dimensions, property.name) ? [dimensions[property.name] ?? ""] : [];
  }
}

function matchesPartly(text: PartialText, name: NameTokens): boolean {
  if (standsForWhole(text) && text.text.toLowerCase() === name.whole) return true;
  const wanted = text.parts.flat();
  const inOneCase = text.parts.flatMap((part) => part.map(() => part.length === 1));
  for (let from = 0; from + wanted.length <= name.tokens.length; from++) {
    const matches = wanted.every((token, index) =>
      inOneCase[index] ? token.toLowerCase() === name.lower[from + index] : token === name.tokens[from + index],
    );
    if (matches) return true;
  }
  return false;
}

/** A term of letters and digits in one case may mean a whole name: `customcount1` is a token of CustomCount1. */
export function standsForWhole({ text, parts }: PartialText): boolean {
  return parts.length === 1 && (text === text.toLowerCase() || text === text.toUpperCase());
}
