import type { Span } from "../syntax/language-error.ts";
import { TokenReader } from "../syntax/token-reader.ts";
import {
  type AlarmReference,
  type AlarmRule,
  AlarmRuleError,
  type AlarmRuleNode,
  type AlarmState,
  type AtLeastNode,
} from "./nodes.ts";
import { type Token, tokenize } from "./tokens.ts";

/** AWS's bound on the text of a rule (API reference, PutCompositeAlarm). */
export const MAX_ALARM_RULE_LENGTH = 10_240;
/** AWS's bound on the alarms that a rule names. */
export const MAX_ALARM_RULE_CHILDREN = 100;
/** AWS's bound on "child alarms, TRUE or FALSE statements, and parentheses". A pair of parentheses counts once here. */
export const MAX_ALARM_RULE_ELEMENTS = 500;

const STATES: readonly AlarmState[] = ["ALARM", "OK", "INSUFFICIENT_DATA"];
const KEYWORDS = "ALARM, OK, INSUFFICIENT_DATA, AT_LEAST, TRUE, FALSE, NOT or (";
const ARN = /^arn:[^:]*:cloudwatch:([^:]*):([^:]*):alarm:(.+)$/s;

/**
 * Reads the rule of a composite alarm. NOT binds closer than AND, AND closer than OR; keywords may be written in any case.
 * @throws AlarmRuleError saying what is wrong and where
 */
export function parseAlarmRule(text: string): AlarmRule {
  if (text.length > MAX_ALARM_RULE_LENGTH) {
    throw new AlarmRuleError(
      `An alarm rule has at most ${MAX_ALARM_RULE_LENGTH} characters; this one has ${text.length}. Split it into several composite alarms.`,
      { start: MAX_ALARM_RULE_LENGTH, end: text.length },
    );
  }
  return new Parser(text).parse();
}

/** Reads one alarm's name or ARN, as it stands in a rule or in `ActionsSuppressor`. */
export function alarmReference(text: string): AlarmReference {
  const [, region, account, name] = ARN.exec(text) ?? [];
  if (region === undefined || account === undefined || name === undefined) {
    return Object.freeze({ text, name: text, place: undefined });
  }
  return Object.freeze({ text, name, place: Object.freeze({ account, region }) });
}

class Parser {
  readonly #text: string;
  readonly #reader: TokenReader<Token>;
  readonly #children = new Map<string, AlarmReference>();
  #elements = 0;

  constructor(text: string) {
    this.#text = text;
    this.#reader = new TokenReader(tokenize(text), (message, span) => new AlarmRuleError(message, span));
  }

  parse(): AlarmRule {
    const expression = this.#chain("or");
    if (this.#reader.peek().kind !== "end") {
      this.#reader.expected("AND, OR or the end of the rule", "Join conditions with AND or OR.");
    }
    return Object.freeze({ text: this.#text, expression, children: Object.freeze([...this.#children.values()]) });
  }

  #chain(kind: "and" | "or"): AlarmRuleNode {
    const read = () => (kind === "or" ? this.#chain("and") : this.#negation());
    const first = read();
    if (!this.#isWord(kind)) return first;
    const parts = [first];
    while (this.#takeWord(kind)) parts.push(read());
    const span = { start: first.span.start, end: parts.at(-1)?.span.end ?? first.span.end };
    return Object.freeze({ kind, parts: Object.freeze(parts), span });
  }

  #negation(): AlarmRuleNode {
    const starts: number[] = [];
    while (this.#isWord("not")) starts.push(this.#reader.take().span.start);
    let node = this.#primary();
    for (const start of starts.reverse()) {
      node = Object.freeze({ kind: "not", operand: node, span: { start, end: node.span.end } });
    }
    return node;
  }

  #primary(): AlarmRuleNode {
    const token = this.#reader.take();
    if (token.kind === "symbol" && token.text === "(") {
      this.#countElement(token.span);
      const inner = this.#chain("or");
      const close = this.#reader.expectSymbol(")", "Close the parenthesis.");
      return Object.freeze({ ...inner, span: { start: token.span.start, end: close.span.end } });
    }
    const word = token.kind === "word" ? token.text.toUpperCase() : "";
    if (word === "TRUE" || word === "FALSE") {
      this.#countElement(token.span);
      return Object.freeze({ kind: "constant", value: word === "TRUE", span: token.span });
    }
    if (word === "AT_LEAST") return this.#atLeast(token.span.start);
    const state = STATES.find((candidate) => candidate === word);
    if (state === undefined) {
      const found = token.kind === "end" ? "the end" : JSON.stringify(token.text.slice(0, 60));
      const remedy = token.kind === "quoted" ? 'Write ALARM("name").' : "Name an alarm as in ALARM(name).";
      return this.#reader.fail(`Expected ${KEYWORDS} but found ${found}. ${remedy}`, token.span);
    }
    this.#reader.expectSymbol("(", `Write ${state}(name).`);
    const alarm = this.#alarm();
    const close = this.#reader.expectSymbol(
      ")",
      `${state} takes one alarm; put names with blanks or commas in quotes.`,
    );
    return Object.freeze({ kind: "state", state, alarm, span: { start: token.span.start, end: close.span.end } });
  }

  #atLeast(start: number): AtLeastNode {
    this.#reader.expectSymbol("(", "Write AT_LEAST(2, ALARM, (name, name)).");
    const threshold = this.#threshold();
    this.#reader.expectSymbol(",", "Write the state after the number.");
    const negated = this.#takeWord("not");
    const word = this.#reader.peek();
    const state = STATES.find((candidate) => word.kind === "word" && candidate === word.text.toUpperCase());
    if (state === undefined) {
      return this.#reader.expected("ALARM, OK or INSUFFICIENT_DATA", "Write AT_LEAST(2, ALARM, (name, name)).");
    }
    this.#reader.take();
    this.#reader.expectSymbol(",", "Write the alarms after the state.");
    const open = this.#reader.expectSymbol("(", "Put the alarms in parentheses.");
    this.#countElement(open.span);
    const alarms = [this.#alarm()];
    while (this.#reader.takeSymbol(",")) alarms.push(this.#alarm());
    this.#reader.expectSymbol(")", "Separate the alarms with commas and close their list with ).");
    const close = this.#reader.expectSymbol(")", "Close AT_LEAST with ).");
    const needed =
      "count" in threshold.value ? threshold.value.count : Math.ceil((threshold.value.percent * alarms.length) / 100);
    if (needed > alarms.length) {
      this.#reader.fail(
        `AT_LEAST asks for ${needed} of ${alarms.length} alarms, which can never be. Ask for at most ${alarms.length}.`,
        threshold.span,
      );
    }
    return Object.freeze({
      kind: "at-least",
      threshold: Object.freeze(threshold.value),
      needed,
      state,
      negated,
      alarms: Object.freeze(alarms),
      span: { start, end: close.span.end },
    });
  }

  #threshold(): { readonly value: AtLeastNode["threshold"]; readonly span: Span } {
    const { kind, text, span } = this.#reader.take();
    const [, digits, percent] = (kind === "word" && /^(\d{1,4})(%?)$/.exec(text)) || [];
    const number = Number(digits);
    if (digits === undefined || number < 1 || (percent === "%" && number > 100)) {
      return this.#reader.fail("AT_LEAST takes a number from 1 or a percentage from 1% to 100% first.", span);
    }
    return { value: percent === "%" ? { percent: number } : { count: number }, span };
  }

  #alarm(): AlarmReference {
    const token = this.#reader.peek();
    if (token.kind !== "word" && token.kind !== "quoted") {
      this.#reader.expected("the name or ARN of an alarm", "Put names with blanks, commas or parentheses in quotes.");
    }
    this.#reader.take();
    if (token.value === "") this.#reader.fail("An alarm's name cannot be empty.", token.span);
    this.#countElement(token.span);
    const known = this.#children.get(token.value);
    if (known !== undefined) return known;
    if (this.#children.size === MAX_ALARM_RULE_CHILDREN) {
      this.#reader.fail(
        `A rule names at most ${MAX_ALARM_RULE_CHILDREN} alarms. Split it into several composite alarms.`,
        token.span,
      );
    }
    const alarm = alarmReference(token.value);
    this.#children.set(token.value, alarm);
    return alarm;
  }

  #countElement(span: Span): void {
    if (++this.#elements > MAX_ALARM_RULE_ELEMENTS) {
      this.#reader.fail(
        `A rule has at most ${MAX_ALARM_RULE_ELEMENTS} alarms, TRUE, FALSE and parentheses together. Split it into several composite alarms.`,
        span,
      );
    }
  }

  #isWord(word: string): boolean {
    const token = this.#reader.peek();
    return token.kind === "word" && token.text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    const found = this.#isWord(word);
    if (found) this.#reader.take();
    return found;
  }
}
