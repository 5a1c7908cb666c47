import type { ResourceRef } from "../../../../platform/state/state.ts";
import type { Scope } from "../alarm.ts";
import type { Tags } from "../tags.ts";

/** A mute rule as it is kept. Times are milliseconds since the epoch. */
export interface MuteRule {
  readonly description?: string;
  readonly expression: string;
  readonly duration: string;
  readonly timezone?: string;
  /** Names of alarms; absent when the caller gave no targets. */
  readonly alarmNames?: readonly string[];
  readonly startDate?: number;
  readonly expireDate?: number;
  readonly tags: Tags;
  readonly updatedAt: number;
}

export const MUTE_RULE_KIND = "monitoring.alarm-mute-rule";
/** AWS's quota of an account's region. */
export const MAX_MUTE_RULES = 2_000;

export function muteRuleRef({ account, region }: Scope, name: string): ResourceRef {
  return { kind: MUTE_RULE_KIND, account, region, key: name };
}

export function muteRuleArn({ account, region }: Scope, name: string): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm-mute-rule:${name}`;
}

const ARN = /^arn:aws[a-zA-Z-]*:cloudwatch:([a-z0-9-]+):(\d{12}):alarm-mute-rule:(.{1,255})$/s;

export function parseMuteRuleArn(text: string): { scope: Scope; name: string } | undefined {
  const [, region, account, name] = ARN.exec(text) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return { scope: { account, region }, name };
}
