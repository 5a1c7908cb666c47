import type { Change, State } from "../../../platform/state/state.ts";
import type { MonitoringCall } from "../operation.ts";
import { type Dashboard, findDashboard, nameInArn } from "./dashboard.ts";

/** Most tags of a resource (API reference, TagResource). */
const MAX_TAGS = 50;

export type Tags = Readonly<Record<string, string>>;

/** Refuses too many tags and the prefix that AWS keeps to itself. */
export function checkTags(tags: Tags, call: MonitoringCall): void {
  const keys = Object.keys(tags);
  if (keys.length > MAX_TAGS) {
    throw call.error("InvalidParameterValueException", `A resource can have at most ${MAX_TAGS} tags.`);
  }
  const reserved = keys.find((key) => key.toLowerCase().startsWith("aws:"));
  if (reserved !== undefined) {
    throw call.error("InvalidParameterValueException", `Tag keys starting with aws: are reserved: ${reserved}`);
  }
}

/** The tags of the dashboard that an ARN names; undefined when it names none. */
export function dashboardTags(state: State, call: MonitoringCall, arn: string): Tags | undefined {
  const name = nameInArn(arn, call);
  return name === undefined ? undefined : findDashboard(state, call, name)?.document.tags;
}

/** The change that gives a dashboard other tags; undefined when the ARN names no dashboard. */
export function changeDashboardTags(
  state: State,
  call: MonitoringCall,
  arn: string,
  change: (tags: Tags) => Tags,
): Change | undefined {
  const name = nameInArn(arn, call);
  const found = name === undefined ? undefined : findDashboard(state, call, name);
  if (found === undefined) return undefined;
  const tags = change(found.document.tags);
  checkTags(tags, call);
  const document: Dashboard = { ...found.document, tags };
  return { put: found.ref, document, expect: found.version };
}
