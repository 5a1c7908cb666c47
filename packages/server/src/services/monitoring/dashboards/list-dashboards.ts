import type { Resource, State } from "../../../platform/state/state.ts";
import type { MonitoringOperation } from "../operation.ts";
import { DASHBOARD_KIND, type Dashboard, dashboardArn, isDashboardName, NO_REGION } from "./dashboard.ts";

/** Entries of a page (API reference). */
const PAGE = 1_000;

/** In the order of their names. The token is the last name of a page, so it stays good whatever comes and goes. */
export const listDashboards: MonitoringOperation<"ListDashboards"> = async (input, call, { state }) => {
  const { DashboardNamePrefix: prefix = "", NextToken: token } = input;
  if (!/^[A-Za-z0-9._-]{0,255}$/.test(prefix)) {
    throw call.error(
      "InvalidParameterValueException",
      "The value for field DashboardNamePrefix contains invalid characters. It can only contain alphanumerics, dot (.), dash (-) and underscore (_).",
    );
  }
  const after = token === undefined ? undefined : Buffer.from(token, "base64url").toString("utf8");
  if (after !== undefined && !isDashboardName(after)) {
    throw call.error(
      "InvalidParameterValueException",
      "The value for field NextToken is not a token of this operation.",
    );
  }
  const { page, last } = dashboardPage(state, call.account, prefix, after);
  return {
    DashboardEntries: page.map(({ ref, document }) => ({
      DashboardName: ref.key,
      DashboardArn: dashboardArn(call, ref.key),
      LastModified: new Date(document.lastModified),
      Size: document.size,
    })),
    NextToken: last === undefined ? undefined : Buffer.from(last).toString("base64url"),
  };
};

/** A page of an account's dashboards after a name; `last` is the name to go on from, undefined with the last page. */
export function dashboardPage(
  state: State,
  account: string,
  prefix: string,
  after: string | undefined,
): { page: Resource<Dashboard>[]; last: string | undefined } {
  const found = state.list<Dashboard>({
    kind: DASHBOARD_KIND,
    account,
    region: NO_REGION,
    prefix,
    limit: PAGE + 1,
    ...(after !== undefined && { after }),
  });
  const page = found.slice(0, PAGE);
  return { page, last: found.length > PAGE ? page.at(-1)?.ref.key : undefined };
}
