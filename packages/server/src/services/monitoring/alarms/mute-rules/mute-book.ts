import type { ResourceRef, State } from "../../../../platform/state/state.ts";
import type { Scope } from "../alarm.ts";
import { MUTE_RULE_KIND, type MuteRule, muteRuleArn } from "./mute-rule.ts";
import { type MuteSchedule, type MuteWindow, muteSchedule } from "./mute-schedule.ts";

/** A window in which an alarm's actions are muted, and by which rule. */
export interface ActiveMute extends MuteWindow {
  readonly ruleArn: string;
}

/** Every mute rule, in memory: each change of state asks it. */
export interface MuteBook {
  /** The window that mutes the alarm now; of several the one that ends last. */
  activeFor(scope: Scope, alarmName: string, nowMs: number): ActiveMute | undefined;
  count(scope: Scope): number;
}

interface Entry {
  readonly rule: MuteRule;
  readonly schedule: MuteSchedule;
  readonly scope: Scope;
  readonly name: string;
}

const PAGE = 1_000;

export function openMuteBook(state: State): MuteBook {
  const rules = new Map<string, Entry>();
  const byAlarm = new Map<string, Set<Entry>>();
  const counts = new Map<string, number>();

  const remove = (ref: ResourceRef) => {
    const entry = rules.get(keyOf(ref, ref.key));
    if (entry === undefined) return;
    rules.delete(keyOf(ref, ref.key));
    counts.set(keyOf(ref, ""), (counts.get(keyOf(ref, "")) ?? 1) - 1);
    for (const alarm of entry.rule.alarmNames ?? []) {
      const entries = byAlarm.get(keyOf(ref, alarm));
      entries?.delete(entry);
      if (entries?.size === 0) byAlarm.delete(keyOf(ref, alarm));
    }
  };
  const put = (ref: ResourceRef, rule: MuteRule) => {
    remove(ref);
    const schedule = muteSchedule(rule.expression, rule.duration, rule.timezone ?? "UTC");
    const entry: Entry = { rule, schedule, scope: { account: ref.account, region: ref.region }, name: ref.key };
    rules.set(keyOf(ref, ref.key), entry);
    counts.set(keyOf(ref, ""), (counts.get(keyOf(ref, "")) ?? 0) + 1);
    for (const alarm of rule.alarmNames ?? []) {
      const entries = byAlarm.get(keyOf(ref, alarm)) ?? new Set();
      byAlarm.set(keyOf(ref, alarm), entries.add(entry));
    }
  };

  for (let after: ResourceRef | undefined; ; ) {
    const page = state.scan<MuteRule>(MUTE_RULE_KIND, after, PAGE);
    for (const { ref, document } of page) put(ref, document);
    after = page.at(-1)?.ref;
    if (page.length < PAGE) break;
  }
  state.onCommit(({ changes }) => {
    for (const { ref, after } of changes) {
      if (ref.kind !== MUTE_RULE_KIND) continue;
      const found = after === undefined ? undefined : state.get<MuteRule>(ref);
      if (found === undefined) remove(ref);
      else put(ref, found.document);
    }
  });

  return {
    activeFor(scope, alarmName, nowMs) {
      let longest: ActiveMute | undefined;
      for (const { rule, schedule, name } of byAlarm.get(keyOf(scope, alarmName)) ?? []) {
        const window = windowOf(rule, schedule, nowMs);
        if (window === undefined || (longest !== undefined && longest.endMs >= window.endMs)) continue;
        longest = { ...window, ruleArn: muteRuleArn(scope, name) };
      }
      return longest;
    },
    count: (scope) => counts.get(keyOf(scope, "")) ?? 0,
  };
}

/** The rule's window now, within the dates between which it holds. */
export function windowOf(rule: MuteRule, schedule: MuteSchedule, nowMs: number): MuteWindow | undefined {
  const { startDate = Number.NEGATIVE_INFINITY, expireDate = Number.POSITIVE_INFINITY } = rule;
  if (nowMs < startDate || nowMs >= expireDate) return undefined;
  const window = schedule.windowAt(nowMs);
  return window && { startMs: Math.max(window.startMs, startDate), endMs: Math.min(window.endMs, expireDate) };
}

const keyOf = ({ account, region }: Scope, name: string) => `${account} ${region} ${name}`;
