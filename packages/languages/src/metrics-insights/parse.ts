import { TokenReader } from "../syntax/token-reader.ts";
import {
  type InsightsAggregate,
  type LabelCondition,
  type LabelKey,
  MetricsInsightsError,
  type MetricsInsightsPlan,
} from "./nodes.ts";
import { type Token, tokenize } from "./tokens.ts";

/** AWS's bound on `Expression` of a MetricDataQuery, which a query is. */
export const MAX_METRICS_INSIGHTS_LENGTH = 2_048;
/** AWS's bound on the series that a query gives, and so on LIMIT. */
export const MAX_INSIGHTS_SERIES = 500;

const AGGREGATES: readonly InsightsAggregate[] = ["AVG", "COUNT", "MAX", "MIN", "SUM"];
/** Words with a meaning here. AWS reserves some 800 of SQL's; the others cannot be misread, and its own examples use some unquoted. */
const RESERVED = new Set(
  "SELECT FROM SCHEMA WHERE AND OR NOT IN LIKE BETWEEN IS NULL GROUP ORDER BY ASC DESC LIMIT HAVING AVG COUNT MAX MIN SUM".split(
    " ",
  ),
);

/** Whether an expression is a Metrics Insights query; no expression of metric math begins so. */
export function isMetricsInsights(text: string): boolean {
  return /^\s*SELECT\b/i.test(text);
}

/**
 * Reads a query such as `SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) GROUP BY InstanceId ORDER BY MAX() DESC LIMIT 5`.
 * Keywords may be written in any case; names are case-sensitive.
 * @throws MetricsInsightsError saying what is wrong and where
 */
export function parseMetricsInsights(text: string): MetricsInsightsPlan {
  if (text.length > MAX_METRICS_INSIGHTS_LENGTH) {
    throw new MetricsInsightsError(
      `A query has at most ${MAX_METRICS_INSIGHTS_LENGTH} characters; this one has ${text.length}. Shorten it.`,
      { start: MAX_METRICS_INSIGHTS_LENGTH, end: text.length },
    );
  }
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #reader: TokenReader<Token>;

  constructor(text: string) {
    this.#text = text;
    this.#reader = new TokenReader(tokenize(text), (message, span) => new MetricsInsightsError(message, span));
  }

  parse(): MetricsInsightsPlan {
    this.#keyword("SELECT", "Write SELECT AVG(metric) FROM namespace.");
    const aggregate = this.#aggregate();
    this.#reader.expectSymbol("(", "Write the metric in parentheses, as in AVG(CPUUtilization).");
    const metric = this.#name("the name of a metric");
    this.#reader.expectSymbol(
      ")",
      'Put a name with other characters than letters, digits and _ in double quotes: AVG("my.metric").',
    );
    this.#keyword("FROM", "Say of which namespace the metric is.");
    const { namespace, dimensionNames } = this.#takesWord("SCHEMA") ? this.#schema() : this.#plainNamespace();
    const conditions = this.#takesWord("WHERE") ? this.#conditions() : [];
    const groupBy = this.#takesWord("GROUP") ? this.#groupBy() : [];
    const orderBy = this.#takesWord("ORDER") ? this.#orderBy() : undefined;
    const limit = this.#takesWord("LIMIT") ? this.#limit() : MAX_INSIGHTS_SERIES;
    if (this.#reader.peek().kind !== "end") this.#unexpectedEnd();
    return Object.freeze({
      text: this.#text,
      aggregate,
      metric,
      namespace,
      dimensionNames,
      conditions: Object.freeze(conditions),
      groupBy: Object.freeze(groupBy),
      orderBy,
      limit,
      type: groupBy.length > 0 ? "TS[]" : "TS",
    });
  }

  #unexpectedEnd(): never {
    if (this.#isWord("OR"))
      this.#reader.fail("Conditions are joined with AND only. Ask for the other values in a query of their own.");
    return this.#reader.expected(
      "WHERE, GROUP BY, ORDER BY, LIMIT or the end of the query",
      "The clauses come in this order, each once.",
    );
  }

  #aggregate(): InsightsAggregate {
    const { kind, text } = this.#reader.peek();
    const found = AGGREGATES.find((name) => kind === "word" && name === text.toUpperCase());
    if (found === undefined) this.#reader.expected("AVG, COUNT, MAX, MIN or SUM", "Choose one of them.");
    this.#reader.take();
    return found;
  }

  #plainNamespace() {
    return { namespace: this.#name("a namespace or SCHEMA("), dimensionNames: undefined };
  }

  #schema() {
    this.#reader.expectSymbol("(", 'Write SCHEMA("namespace", dimension).');
    const namespace = this.#name("the namespace");
    const names: string[] = [];
    while (this.#reader.takeSymbol(",")) names.push(this.#name("the name of a dimension"));
    this.#reader.expectSymbol(")", "Separate the dimensions with commas and close SCHEMA with ).");
    return { namespace, dimensionNames: Object.freeze([...new Set(names)].sort()) };
  }

  #conditions(): LabelCondition[] {
    const conditions: LabelCondition[] = [];
    do {
      const label = this.#label();
      const equal = this.#reader.takeSymbol("=");
      if (!equal && !this.#reader.takeSymbol("!=")) this.#reader.expected("= or !=", "These are the only comparisons.");
      conditions.push(Object.freeze({ label, operator: equal ? "=" : "!=", value: this.#value(label) }));
    } while (this.#takesWord("AND"));
    return conditions;
  }

  #value(label: LabelKey): LabelCondition["value"] {
    const token = this.#reader.peek();
    if (this.#isWord("CURRENT_ACCOUNT_ID")) {
      this.#reader.take();
      this.#reader.expectSymbol("(", "Write CURRENT_ACCOUNT_ID().");
      this.#reader.expectSymbol(")", "Write CURRENT_ACCOUNT_ID().");
      if (label.kind !== "account")
        this.#reader.fail("CURRENT_ACCOUNT_ID() is compared with AWS.AccountId only.", token.span);
      return Object.freeze({ kind: "current-account" });
    }
    if (token.kind !== "text") this.#reader.expected("a value in single quotes", "Write key = 'value'.");
    return Object.freeze({ kind: "text", text: this.#reader.take().value });
  }

  #groupBy(): LabelKey[] {
    this.#keyword("BY", "Write GROUP BY key.");
    const keys: LabelKey[] = [];
    const seen = new Set<string>();
    do {
      const { span } = this.#reader.peek();
      const key = this.#label();
      if (seen.has(labelKeyText(key))) this.#reader.fail("The query groups by this already. Take it out.", span);
      seen.add(labelKeyText(key));
      keys.push(key);
    } while (this.#reader.takeSymbol(","));
    return keys;
  }

  #orderBy(): MetricsInsightsPlan["orderBy"] {
    this.#keyword("BY", "Write ORDER BY MAX() DESC.");
    const aggregate = this.#aggregate();
    this.#reader.expectSymbol("(", "Write ORDER BY MAX() DESC.");
    this.#reader.expectSymbol(")", "The function of ORDER BY has empty parentheses.");
    const descending = this.#takesWord("DESC");
    if (!descending) this.#takesWord("ASC");
    return Object.freeze({ aggregate, descending });
  }

  #limit(): number {
    const { kind, text } = this.#reader.peek();
    const limit = kind === "word" && /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(limit >= 1 && limit <= MAX_INSIGHTS_SERIES)) {
      this.#reader.expected(`a number from 1 to ${MAX_INSIGHTS_SERIES}`, "It says how many series come back at most.");
    }
    this.#reader.take();
    return limit;
  }

  /** `key`, `"key"`, `tag.key`, `tag."key"` or `AWS.AccountId`. */
  #label(): LabelKey {
    const token = this.#reader.peek();
    const prefix = token.kind === "word" && this.#reader.isSymbol(".", 1) ? token.text.toLowerCase() : undefined;
    if (prefix === undefined) return Object.freeze({ kind: "dimension", name: this.#name("the key of a label") });
    if (prefix !== "tag" && prefix !== "aws") {
      this.#reader.fail(
        "Only tag.key and AWS.AccountId have a dot. Put a name with dots in double quotes.",
        token.span,
      );
    }
    this.#reader.take();
    this.#reader.take();
    if (prefix === "tag") return Object.freeze({ kind: "tag", key: this.#name("the key of a tag") });
    const name = this.#reader.take();
    if (name.text !== "AccountId")
      this.#reader.fail("Of AWS there is AWS.AccountId only.", { start: token.span.start, end: name.span.end });
    return Object.freeze({ kind: "account" });
  }

  #name(what: string): string {
    const token = this.#reader.peek();
    if (token.kind === "text") {
      this.#reader.fail(`Expected ${what} but found a value in single quotes. Put names in double quotes.`);
    }
    if (token.kind !== "word" && token.kind !== "name") this.#reader.expected(what, "Put names in double quotes.");
    if (token.kind === "word" && RESERVED.has(token.text.toUpperCase())) {
      this.#reader.expected(what, "It is a reserved word; if it is the name, put it in double quotes.");
    }
    if (token.value === "") this.#reader.fail("A name cannot be empty.");
    return this.#reader.take().value;
  }

  #keyword(word: string, remedy: string): void {
    if (!this.#takesWord(word)) this.#reader.expected(word, remedy);
  }

  #isWord(word: string): boolean {
    const token = this.#reader.peek();
    return token.kind === "word" && token.text.toUpperCase() === word;
  }

  #takesWord(word: string): boolean {
    const found = this.#isWord(word);
    if (found) this.#reader.take();
    return found;
  }
}

/** A text that is different for different keys. */
export function labelKeyText(key: LabelKey): string {
  if (key.kind === "dimension") return `dimension ${key.name}`;
  return key.kind === "tag" ? `tag ${key.key}` : "account";
}
