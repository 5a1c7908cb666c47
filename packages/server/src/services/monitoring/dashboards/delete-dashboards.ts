import { commitChange } from "../commit.ts";
import type { MonitoringOperation } from "../operation.ts";
import { checkName, findDashboard, removeDashboard } from "./dashboard.ts";

/** Most dashboards of one call (API reference). */
const MAX_NAMES = 100;

/** Deletes those that are there, and then says which were not: "attempts to delete as many dashboards as possible". */
export const deleteDashboards: MonitoringOperation<"DeleteDashboards"> = async (input, call, { state }) => {
  const names = [...new Set(input.DashboardNames)];
  if (names.length === 0) {
    throw call.error(
      "InvalidParameterValueException",
      "The parameter DashboardNames must name at least one dashboard.",
    );
  }
  if (names.length > MAX_NAMES) {
    throw call.error(
      "InvalidParameterValueException",
      `The parameter DashboardNames may name at most ${MAX_NAMES} dashboards.`,
    );
  }
  for (const name of names) checkName(name, call);
  let missing: string[] = [];
  await commitChange(state, call, () => {
    missing = names.filter((name) => findDashboard(state, call, name) === undefined);
    return names.flatMap((name) => {
      const found = findDashboard(state, call, name);
      return found === undefined ? [] : removeDashboard(call, name, found);
    });
  });
  if (missing.length > 0) {
    const what = missing.length === 1 ? `Dashboard ${missing.join()} does` : `Dashboards ${missing.join(", ")} do`;
    throw call.error("DashboardNotFoundError", `${what} not exist`);
  }
  return {};
};
