import { standsForWhole } from "./match.ts";
import { tokensOf } from "./name-tokens.ts";
import type { SearchExpression, SearchNode, TermNode } from "./nodes.ts";

/**
 * What every metric found by a search has. A store reads only metrics that have it, and puts them to the search's test, which
 * decides.
 */
export interface SearchIndexPlan {
  readonly namespace: string | undefined;
  readonly metric: string | undefined;
  readonly account: string | undefined;
  /** The metric has exactly these dimensions, in alphabetical order. */
  readonly dimensionNames: readonly string[] | undefined;
  /** Dimensions that the metric has among others, with this value where one is given. */
  readonly dimensions: readonly { readonly name: string; readonly value?: string }[];
  /**
   * Lower-case tokens that the metric has, each in one of its names (namespace, metric name, dimension names and values); the
   * tokens of a name are those of `metricNameTokens`.
   */
  readonly tokens: readonly string[];
  /** Two values are wanted of one property, so nothing can be found. */
  readonly nothing: boolean;
}

/** The tokens by which a name is found in an index: its parts and itself as a whole, in lower case. */
export function metricNameTokens(name: string): readonly string[] {
  const { lower, whole } = tokensOf(name);
  return [...new Set([whole, ...lower])].filter((token) => token !== "");
}

/** Works out what a search needs at least. */
export function planSearch({ schema, term }: SearchExpression): SearchIndexPlan {
  const needs = new Needs();
  if (schema !== undefined) needs.one("namespace", schema.namespace);
  for (const part of term === undefined ? [] : needed(term)) needs.add(part);
  return Object.freeze({ ...needs.plan(), dimensionNames: schema?.dimensionNames });
}

/** The terms that hold for every metric found. */
function needed(node: SearchNode): readonly TermNode[] {
  if (node.kind === "term") return [node];
  return node.kind === "and" ? node.parts.flatMap(needed) : [];
}

class Needs {
  readonly #ones = new Map<"namespace" | "metric" | "account", string>();
  readonly #dimensions = new Map<string, string | undefined>();
  readonly #tokens = new Set<string>();
  #nothing = false;

  one(property: "namespace" | "metric" | "account", value: string): void {
    const known = this.#ones.get(property);
    if (known !== undefined && known !== value) this.#nothing = true;
    this.#ones.set(property, value);
  }

  add({ property, text }: TermNode): void {
    const value = text.kind === "exact" ? text.text : undefined;
    switch (property.kind) {
      case "any":
        break;
      case "dimension": {
        const known = this.#dimensions.get(property.name);
        if (known !== undefined && value !== undefined && known !== value) this.#nothing = true;
        this.#dimensions.set(property.name, value ?? known);
        break;
      }
      case "account":
        // Accounts are no names of a metric, so their tokens are in no index.
        if (value !== undefined) this.one("account", value);
        return;
      default:
        if (value !== undefined) this.one(property.kind, value);
    }
    if (text.kind === "exact") for (const token of tokensOf(text.text).lower) this.#tokens.add(token);
    // Several tokens in one case may also be found as one name's whole, which does not have them as its parts.
    else if (!standsForWhole(text) || text.parts[0]?.length === 1) {
      for (const token of text.parts.flat()) this.#tokens.add(token.toLowerCase());
    }
  }

  plan(): Omit<SearchIndexPlan, "dimensionNames"> {
    const dimensions = [...this.#dimensions].map(([name, value]) =>
      Object.freeze(value === undefined ? { name } : { name, value }),
    );
    return {
      namespace: this.#ones.get("namespace"),
      metric: this.#ones.get("metric"),
      account: this.#ones.get("account"),
      dimensions: Object.freeze(dimensions),
      tokens: Object.freeze([...this.#tokens].sort()),
      nothing: this.#nothing,
    };
  }
}
