import { LanguageError, type Span } from "../syntax/language-error.ts";

/** The states that an alarm can be in. */
export type AlarmState = "ALARM" | "OK" | "INSUFFICIENT_DATA";

/** An alarm named in a rule. */
export interface AlarmReference {
  /** As written, without quotes: a name or an ARN. */
  readonly text: string;
  /** The alarm's name, taken out of the ARN if the rule gives one. */
  readonly name: string;
  /** Where the ARN says that the alarm is; undefined for a name, which is one of the rule's own account and Region. */
  readonly place: { readonly account: string; readonly region: string } | undefined;
}

/** A parsed rule. Frozen plain data. */
export interface AlarmRule {
  readonly text: string;
  readonly expression: AlarmRuleNode;
  /** Each alarm that the rule names, once, in order of appearance. Two spellings of one alarm are two entries. */
  readonly children: readonly AlarmReference[];
}

export type AlarmRuleNode =
  | { readonly kind: "constant"; readonly value: boolean; readonly span: Span }
  | { readonly kind: "state"; readonly state: AlarmState; readonly alarm: AlarmReference; readonly span: Span }
  | { readonly kind: "not"; readonly operand: AlarmRuleNode; readonly span: Span }
  | { readonly kind: "and" | "or"; readonly parts: readonly AlarmRuleNode[]; readonly span: Span }
  | AtLeastNode;

/** `AT_LEAST(2, ALARM, (a, b, c))`: so many of the alarms are in the state, or with `negated` are not in it. */
export interface AtLeastNode {
  readonly kind: "at-least";
  /** As written: `{count: 2}` or `{percent: 60}`. */
  readonly threshold: { readonly count: number } | { readonly percent: number };
  /** How many of `alarms` that makes. */
  readonly needed: number;
  readonly state: AlarmState;
  readonly negated: boolean;
  readonly alarms: readonly AlarmReference[];
  readonly span: Span;
}

/** A rule that cannot be understood or is too large. */
export class AlarmRuleError extends LanguageError {
  override readonly name = "AlarmRuleError";
}
