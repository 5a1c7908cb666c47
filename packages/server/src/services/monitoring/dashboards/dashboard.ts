import type { Change, Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { MonitoringCall } from "../operation.ts";

/** What is shown of a dashboard in lists. Its body is kept apart, so that a list of a thousand reads no bodies. */
export interface Dashboard {
  /** Bytes of the body in UTF-8. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  readonly tags: Readonly<Record<string, string>>;
}

interface DashboardBodyText {
  /** As it was put, to the byte. */
  readonly text: string;
}

export const DASHBOARD_KIND = "monitoring.dashboard";
const BODY_KIND = "monitoring.dashboard-body";

/** Dashboards belong to an account as a whole (API reference, PutDashboard): they are kept under no region of their own. */
export const NO_REGION = "aws-global";

type Owner = Pick<MonitoringCall, "account">;

function refOf(kind: string, { account }: Owner, name: string): ResourceRef {
  return { kind, account, region: NO_REGION, key: name };
}

export const dashboardArn = ({ account }: Owner, name: string) => `arn:aws:cloudwatch::${account}:dashboard/${name}`;

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const ARN = /^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]*:(\d{12}):dashboard\/([A-Za-z0-9_-]{1,255})$/;

/** Whether this is the name of a dashboard. */
export const isDashboardName = (name: string) => NAME.test(name);

/** The name in the ARN of a dashboard of the caller's account; undefined for any other text. */
export function nameInArn(arn: string, { account }: Owner): string | undefined {
  const match = ARN.exec(arn);
  return match?.[1] === account ? match[2] : undefined;
}

/** Refuses what can be no name. The sentence about characters was recorded from CloudWatch. */
export function checkName(name: string, call: MonitoringCall): void {
  if (isDashboardName(name)) return;
  if (name === "") throw call.error("InvalidParameterValueException", "The parameter DashboardName must not be empty.");
  if (name.length > 255) {
    throw call.error(
      "InvalidParameterValueException",
      "The value for field DashboardName is longer than 255 characters.",
    );
  }
  throw call.error(
    "InvalidParameterValueException",
    "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n",
  );
}

export function findDashboard(state: State, owner: Owner, name: string): Resource<Dashboard> | undefined {
  return isDashboardName(name) ? state.get<Dashboard>(refOf(DASHBOARD_KIND, owner, name)) : undefined;
}

export function readBody(state: State, owner: Owner, name: string): string | undefined {
  return state.get<DashboardBodyText>(refOf(BODY_KIND, owner, name))?.document.text;
}

/** The changes that write a dashboard with its body; they expect what was found before. */
export function writeDashboard(
  owner: Owner,
  name: string,
  found: Resource<Dashboard> | undefined,
  dashboard: Dashboard,
  body: string,
): Change[] {
  const text: DashboardBodyText = { text: body };
  return [
    { put: refOf(DASHBOARD_KIND, owner, name), document: dashboard, expect: found?.version ?? "absent" },
    { put: refOf(BODY_KIND, owner, name), document: text, expect: "any" },
  ];
}

export function removeDashboard(owner: Owner, name: string, found: Resource<Dashboard>): Change[] {
  return [
    { remove: found.ref, expect: found.version },
    { remove: refOf(BODY_KIND, owner, name), expect: "any" },
  ];
}
