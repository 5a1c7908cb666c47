import type * as CloudWatch from "@aws-sdk/client-cloudwatch";
import type { Input, Json } from "../api/json-types.ts";
import { actionLists, actionsOf } from "./alarm-call.ts";
import { type AlarmAction, nameFault } from "./alarm-form.ts";
import { quotedName, ruleFault } from "./rule-language.ts";

export type PutCompositeAlarm = Input<typeof CloudWatch, "PutCompositeAlarm">;

/** What somebody writes of a composite alarm. */
export interface CompositeForm {
  readonly rule: string;
  readonly actions: readonly AlarmAction[];
  /** While that alarm is in alarm, nobody is told; empty for none. */
  readonly suppressor: string;
  /** Seconds. */
  readonly wait: string;
  readonly extension: string;
  readonly name: string;
  readonly description: string;
  /** Of an alarm that is changed: nobody is told of it. */
  readonly silent: boolean;
}

const EMPTY: CompositeForm = {
  rule: "",
  actions: [],
  suppressor: "",
  wait: "120",
  extension: "180",
  name: "",
  description: "",
  silent: false,
};

/** The form that begins with alarms that were ticked. */
export const formOfNames = (names: readonly string[]): CompositeForm => ({
  ...EMPTY,
  rule: names.map((name) => `ALARM(${quotedName(name)})`).join(" OR\n"),
});

export function formOfComposite(alarm: Json<CloudWatch.CompositeAlarm>): CompositeForm {
  return {
    rule: alarm.AlarmRule ?? "",
    actions: actionsOf(alarm),
    suppressor: alarm.ActionsSuppressor ?? "",
    wait: String(alarm.ActionsSuppressorWaitPeriod ?? EMPTY.wait),
    extension: String(alarm.ActionsSuppressorExtensionPeriod ?? EMPTY.extension),
    name: alarm.AlarmName ?? "",
    description: alarm.AlarmDescription ?? "",
    silent: alarm.ActionsEnabled === false,
  };
}

export type CompositeFaults = Readonly<Partial<Record<keyof CompositeForm, string>>>;

/** What of the form is wrong, by step: rule, actions, name. */
export function compositeFaults(form: CompositeForm, step: number): CompositeFaults {
  const seconds = (text: string) => /^\d{1,6}$/.test(text);
  switch (step) {
    case 0: {
      if (form.rule.trim() === "") return { rule: "Write the rule." };
      const fault = ruleFault(form.rule);
      return fault === undefined ? {} : { rule: fault.message };
    }
    case 1:
      return {
        ...(form.actions.some(({ arn }) => arn === "") && {
          actions: "Choose a topic for each notification, or remove it.",
        }),
        ...(form.suppressor !== "" && !seconds(form.wait) && { wait: "A number of seconds." }),
        ...(form.suppressor !== "" && !seconds(form.extension) && { extension: "A number of seconds." }),
      };
    case 2: {
      const name = nameFault(form.name);
      return name === undefined ? {} : { name };
    }
    default:
      return {};
  }
}

/** The call that makes the alarm. Throws when the form has faults. */
export function putCompositeAlarm(form: CompositeForm): PutCompositeAlarm {
  if ([0, 1, 2].some((step) => Object.keys(compositeFaults(form, step)).length > 0))
    throw new Error("The alarm is not complete yet.");
  return {
    AlarmName: form.name.trim(),
    AlarmRule: form.rule,
    ...(form.description !== "" && { AlarmDescription: form.description }),
    ...(form.silent && { ActionsEnabled: false }),
    ...actionLists(form.actions),
    ...(form.suppressor !== "" && {
      ActionsSuppressor: form.suppressor,
      ActionsSuppressorWaitPeriod: Number(form.wait),
      ActionsSuppressorExtensionPeriod: Number(form.extension),
    }),
  };
}
