import type { AlarmReference, AlarmRule, AlarmRuleNode, AlarmState } from "./nodes.ts";

/** The state of an alarm; undefined when there is no such alarm, which then is in no state at all. */
export type StateOf = (alarm: AlarmReference) => AlarmState | undefined;

/** A rule's value and why it is that, part by part. */
export interface AlarmRuleVerdict {
  readonly value: boolean;
  readonly why: Explanation;
  /**
   * The alarms whose states decide: of a false AND those of its false parts, of a true OR those of its true parts, and so on.
   * Each once, in order of appearance.
   */
  readonly because: readonly AlarmReference[];
}

/** One part of a rule, with what it came to. Frozen plain data in the shape of the rule. */
export interface Explanation {
  /** The part as written. */
  readonly text: string;
  readonly value: boolean;
  /** For a function of one alarm and for each alarm of AT_LEAST. */
  readonly alarm?: AlarmReference;
  /** The alarm's state now; absent when there is no such alarm. */
  readonly state?: AlarmState;
  /** For AT_LEAST: how many alarms fit, and how many must. */
  readonly found?: number;
  readonly needed?: number;
  readonly parts: readonly Explanation[];
}

/** Works out a rule. All parts are worked out, so that the explanation is whole. */
export function evaluateAlarmRule(rule: AlarmRule, stateOf: StateOf): AlarmRuleVerdict {
  const why = explain(rule.text, rule.expression, stateOf);
  const because = new Set<AlarmReference>();
  collectDecisive(rule.expression, why, because);
  return Object.freeze({ value: why.value, why, because: Object.freeze([...because]) });
}

function explain(text: string, node: AlarmRuleNode, stateOf: StateOf): Explanation {
  const source = text.slice(node.span.start, node.span.end);
  switch (node.kind) {
    case "constant":
      return Object.freeze({ text: source, value: node.value, parts: NO_PARTS });
    case "state":
      return explainAlarm(source, node.alarm, stateOf(node.alarm), (state) => state === node.state);
    case "not": {
      const part = explain(text, node.operand, stateOf);
      return Object.freeze({ text: source, value: !part.value, parts: Object.freeze([part]) });
    }
    case "and":
    case "or": {
      const parts = node.parts.map((part) => explain(text, part, stateOf));
      const value = node.kind === "and" ? parts.every((part) => part.value) : parts.some((part) => part.value);
      return Object.freeze({ text: source, value, parts: Object.freeze(parts) });
    }
    case "at-least": {
      const fits = (state: AlarmState | undefined) => state !== undefined && (state === node.state) !== node.negated;
      const parts = node.alarms.map((alarm) => explainAlarm(alarm.text, alarm, stateOf(alarm), fits));
      const found = parts.filter((part) => part.value).length;
      const value = found >= node.needed;
      return Object.freeze({ text: source, value, found, needed: node.needed, parts: Object.freeze(parts) });
    }
  }
}

const NO_PARTS: readonly Explanation[] = Object.freeze([]);

function explainAlarm(
  text: string,
  alarm: AlarmReference,
  state: AlarmState | undefined,
  fits: (state: AlarmState | undefined) => boolean,
): Explanation {
  const known = state === undefined ? {} : { state };
  return Object.freeze({ text, value: fits(state), alarm, ...known, parts: NO_PARTS });
}

function collectDecisive(node: AlarmRuleNode, why: Explanation, into: Set<AlarmReference>): void {
  if (why.alarm !== undefined) into.add(why.alarm);
  if (node.kind === "not") {
    const [part] = why.parts;
    if (part !== undefined) collectDecisive(node.operand, part, into);
  } else if (node.kind === "and" || node.kind === "or") {
    const decides = (part: Explanation) => part.value === why.value;
    node.parts.forEach((part, index) => {
      const reason = why.parts[index];
      if (reason !== undefined && decides(reason)) collectDecisive(part, reason, into);
    });
  } else if (node.kind === "at-least") {
    for (const part of why.parts) if (part.alarm !== undefined && part.value === why.value) into.add(part.alarm);
  }
}
