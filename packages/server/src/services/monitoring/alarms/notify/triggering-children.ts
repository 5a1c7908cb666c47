import type { Condition } from "../alarm.ts";

/** A child that a composite alarm's state was changed by. */
export interface TriggeringChild {
  readonly arn: string;
  readonly value: string;
  readonly timestamp: string;
}

/** The children in the data of a composite alarm's reason. Data that a caller set may be anything, and then names none. */
export function triggeringChildren({ reasonData }: Condition): TriggeringChild[] {
  let data: unknown;
  try {
    data = JSON.parse(reasonData ?? "{}");
  } catch {
    return [];
  }
  const list = memberOf(data, "triggeringAlarms");
  return (Array.isArray(list) ? list : []).flatMap((child: unknown) => {
    const state = memberOf(child, "state");
    const [arn, value, timestamp] = [memberOf(child, "arn"), memberOf(state, "value"), memberOf(state, "timestamp")];
    const complete = typeof arn === "string" && typeof value === "string" && typeof timestamp === "string";
    return complete ? [{ arn, value, timestamp }] : [];
  });
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
