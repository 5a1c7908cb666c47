import { type AlarmRule, alarmReference, parseAlarmRule } from "@nephoscope/languages";
import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import { ALARM_KIND, type Alarm, type Scope } from "./alarm.ts";

/** A change of an alarm's document, after it is durable. */
export interface AlarmChange {
  readonly ref: ResourceRef;
  readonly before: Alarm | undefined;
  readonly after: Alarm | undefined;
}

/** Every alarm, in memory, as the state store has it: evaluations and composites read it thousands of times a second. */
export interface AlarmBook {
  get(scope: Scope, name: string): Alarm | undefined;
  resource(scope: Scope, name: string): Resource<Alarm> | undefined;
  all(): Iterable<Resource<Alarm>>;
  count(scope: Scope): number;
  /** Alarms whose actions a mute rule has held back. */
  muted(): readonly Resource<Alarm>[];
  /** Composite alarms whose rule names the alarm. */
  parentsOf(scope: Scope, name: string): readonly string[];
  /** Composite alarms whose actions the alarm suppresses. */
  suppressedBy(scope: Scope, name: string): readonly string[];
  /** The rule of a composite alarm, parsed. */
  ruleOf(scope: Scope, name: string): AlarmRule | undefined;
  /** Told of every change, in the order of commits. The listener must not throw. */
  onChange(listener: (change: AlarmChange) => void): void;
}

interface Entry {
  readonly resource: Resource<Alarm>;
  readonly rule: AlarmRule | undefined;
}

const PAGE = 1_000;

export function openAlarmBook(state: State): AlarmBook {
  const entries = new Map<string, Entry>();
  const counts = new Map<string, number>();
  const parents = new Map<string, Set<string>>();
  const suppressed = new Map<string, Set<string>>();
  const muted = new Map<string, Resource<Alarm>>();
  const listeners: ((change: AlarmChange) => void)[] = [];

  const link = (
    resource: Resource<Alarm>,
    rule: AlarmRule | undefined,
    change: (set: Set<string>, name: string) => void,
  ) => {
    const { ref, document } = resource;
    if (document.type !== "CompositeAlarm") return;
    for (const { name } of rule?.children ?? []) change(setOf(parents, keyOf(ref, name)), ref.key);
    if (document.suppressor !== undefined) {
      change(setOf(suppressed, keyOf(ref, alarmReference(document.suppressor.alarm).name)), ref.key);
    }
  };
  const set = (ref: ResourceRef, resource: Resource<Alarm> | undefined) => {
    const key = keyOf(ref, ref.key);
    const scope = keyOf(ref, "");
    const old = entries.get(key);
    if (old !== undefined) link(old.resource, old.rule, (names, name) => names.delete(name));
    if (resource?.document.mutedSince === undefined) muted.delete(key);
    else muted.set(key, resource);
    if (resource === undefined) {
      entries.delete(key);
      if (old !== undefined) counts.set(scope, (counts.get(scope) ?? 1) - 1);
      return;
    }
    const { document } = resource;
    const rule = document.type === "CompositeAlarm" ? parseAlarmRule(document.rule) : undefined;
    entries.set(key, { resource, rule });
    if (old === undefined) counts.set(scope, (counts.get(scope) ?? 0) + 1);
    link(resource, rule, (names, name) => names.add(name));
  };

  for (let after: ResourceRef | undefined; ; ) {
    const page = state.scan<Alarm>(ALARM_KIND, after, PAGE);
    for (const resource of page) set(resource.ref, resource);
    after = page.at(-1)?.ref;
    if (page.length < PAGE) break;
  }
  state.onCommit(({ changes }) => {
    for (const { ref, after } of changes) {
      if (ref.kind !== ALARM_KIND) continue;
      const before = entries.get(keyOf(ref, ref.key))?.resource.document;
      const resource = after === undefined ? undefined : alarmResource(after);
      set(ref, resource);
      for (const listener of listeners) listener({ ref, before, after: resource?.document });
    }
  });

  const entry = (scope: Scope, name: string) => entries.get(keyOf(scope, name));
  return {
    get: (scope, name) => entry(scope, name)?.resource.document,
    resource: (scope, name) => entry(scope, name)?.resource,
    *all() {
      for (const { resource } of entries.values()) yield resource;
    },
    count: (scope) => counts.get(keyOf(scope, "")) ?? 0,
    muted: () => [...muted.values()],
    parentsOf: (scope, name) => [...(parents.get(keyOf(scope, name)) ?? [])],
    suppressedBy: (scope, name) => [...(suppressed.get(keyOf(scope, name)) ?? [])],
    ruleOf: (scope, name) => entry(scope, name)?.rule,
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}

/** Documents of this kind are written in this folder alone, so each is an Alarm, as `state.get` takes it too. */
const alarmResource = (resource: Resource<unknown>) => resource as Resource<Alarm>;

const keyOf = ({ account, region }: Scope, name: string) => `${account} ${region} ${name}`;

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = new Set<string>();
  map.set(key, made);
  return made;
}
