import {
  type AlarmReference,
  type AlarmRule,
  AlarmRuleError,
  alarmReference,
  parseAlarmRule,
} from "@nephoscope/languages";
import type { MonitoringCall, MonitoringDeps, MonitoringInput, MonitoringOperation } from "../../operation.ts";
import type { CompositeAlarm, Scope } from "../alarm.ts";
import type { AlarmBook } from "../alarm-book.ts";
import { putAlarm } from "../put-alarm.ts";
import { unsupported, validationError } from "../refusals.ts";

/** Composite alarms that may name one alarm (API reference, PutCompositeAlarm). */
const MAX_PARENTS = 150;
/** The API gives no bound; an hour beyond a day is past every use. */
const MAX_PERIOD = 90_000;

export const putCompositeAlarm: MonitoringOperation<"PutCompositeAlarm"> = async (input, call, deps) => {
  const rule = readRule(input.AlarmRule);
  checkChildren(rule, input.AlarmName, call, deps);
  const suppressor = readSuppressor(input, call, deps.alarms.book);
  await putAlarm(input, call, deps, "CompositeAlarm", (common, found) => {
    const before = found?.type === "CompositeAlarm" ? found : undefined;
    const alarm: CompositeAlarm = {
      ...common,
      type: "CompositeAlarm",
      rule: input.AlarmRule,
      ...(suppressor !== undefined && { suppressor }),
      ...suppressionAfter(before, suppressor, deps.clock.now()),
    };
    return alarm;
  });
  await deps.alarms.settled();
  return {};
};

function readRule(text: string): AlarmRule {
  if (text !== text.trim()) {
    throw validationError("AlarmRule must not contain leading or trailing whitespace or be null");
  }
  try {
    return parseAlarmRule(text);
  } catch (error) {
    if (!(error instanceof AlarmRuleError)) throw error;
    throw validationError(
      `Error in alarm rule: ${error.message} (characters ${error.startOffset} to ${error.endOffset})`,
    );
  }
}

function checkChildren(rule: AlarmRule, name: string, call: MonitoringCall, { alarms }: MonitoringDeps): void {
  for (const child of rule.children) requireOwn(child, call);
  const names = [...new Set(rule.children.map((child) => child.name))];
  const missing = names.filter((child) => child !== name && alarms.book.get(call, child) === undefined);
  if (missing.length > 0) {
    throw validationError(
      `Could not save the composite alarm as alarms [${missing.join(", ")}] in the alarm rule do not exist`,
    );
  }
  const cycle = findCycle(alarms.book, call, name, names);
  if (cycle !== undefined) {
    throw validationError(`The alarm rule would make a cycle of composite alarms: ${cycle.join(" -> ")}`);
  }
  for (const child of names) {
    const parents = alarms.book.parentsOf(call, child);
    if (parents.length >= MAX_PARENTS && !parents.includes(name)) {
      throw call.error(
        "LimitExceededFault",
        `The alarm ${child} is in the rules of ${MAX_PARENTS} composite alarms, which is the most.`,
      );
    }
  }
}

function requireOwn({ text, place }: AlarmReference, { account, region }: Scope): void {
  if (place !== undefined && (place.account !== account || place.region !== region)) {
    throw unsupported(`The alarm ${text} of another account or Region:`);
  }
}

/** The way back to `name` over the alarms that its rule would name; undefined when there is none. */
function findCycle(book: AlarmBook, scope: Scope, name: string, children: readonly string[]): string[] | undefined {
  const seen = new Set<string>();
  const ways = children.map((child) => [name, child]);
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    const last = way.at(-1) ?? name;
    if (last === name) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of book.ruleOf(scope, last)?.children ?? []) ways.push([...way, next.name]);
  }
  return undefined;
}

function readSuppressor(
  input: MonitoringInput<"PutCompositeAlarm">,
  call: MonitoringCall,
  book: AlarmBook,
): CompositeAlarm["suppressor"] {
  const {
    ActionsSuppressor: alarm,
    ActionsSuppressorWaitPeriod: wait,
    ActionsSuppressorExtensionPeriod: extension,
  } = input;
  if (alarm === undefined) {
    if (wait !== undefined || extension !== undefined) {
      throw validationError(
        "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod need an ActionsSuppressor.",
      );
    }
    return undefined;
  }
  if (wait === undefined || extension === undefined) {
    throw validationError(
      "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod are required when ActionsSuppressor is set.",
    );
  }
  for (const [member, value] of Object.entries({
    ActionsSuppressorWaitPeriod: wait,
    ActionsSuppressorExtensionPeriod: extension,
  })) {
    if (value < 0 || value > MAX_PERIOD) {
      throw validationError(`${member} must be from 0 to ${MAX_PERIOD} seconds; it is ${value}.`);
    }
  }
  const reference = alarmReference(alarm);
  requireOwn(reference, call);
  if (reference.name === input.AlarmName)
    throw validationError("A composite alarm can't be its own ActionsSuppressor.");
  if (book.get(call, reference.name) === undefined) {
    throw validationError(`The ActionsSuppressor ${alarm} does not exist.`);
  }
  return { alarm, wait, extension };
}

/** Another suppressor ends the periods of the one before it: what it held back is done, unless the new one holds it. */
function suppressionAfter(
  before: CompositeAlarm | undefined,
  suppressor: CompositeAlarm["suppressor"],
  now: number,
): Pick<CompositeAlarm, "suppression"> {
  const { suppression } = before ?? {};
  if (suppression === undefined) return {};
  if (suppressor?.alarm === before?.suppressor?.alarm) return { suppression };
  return { suppression: { by: "ExtensionPeriod", until: now, acted: suppression.acted } };
}
