import { type DashboardReading, type Finding, NotJson, readDashboardBody } from "@nephoscope/languages/dashboard-body";
import { commitChange } from "../commit.ts";
import type { MonitoringCall, MonitoringOperation } from "../operation.ts";
import { checkName, findDashboard, writeDashboard } from "./dashboard.ts";
import { checkTags } from "./dashboard-tags.ts";

/** 500 widgets of 2 KB each; what is larger was not made for a person to read. CloudWatch's own bound is not published. */
const MAX_BODY_BYTES = 1_048_576;

/** Stores a dashboard in place of one of its name. The body is kept to the byte; what is odd about it is answered as warnings. */
export const putDashboard: MonitoringOperation<"PutDashboard"> = async (input, call, { state, clock }) => {
  const { DashboardName: name, DashboardBody: body } = input;
  checkName(name, call);
  const size = Buffer.byteLength(body);
  if (size > MAX_BODY_BYTES) {
    throw call.error(
      "DashboardInvalidInputError",
      `The dashboard body is ${size} bytes long; it may have ${MAX_BODY_BYTES}.`,
    );
  }
  const { errors, warnings } = read(body, call);
  if (errors.length > 0) {
    throw call.error("DashboardInvalidInputError", sentence(errors), { dashboardValidationMessages: messages(errors) });
  }
  const given = Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  checkTags(given, call);
  await commitChange(state, call, () => {
    const found = findDashboard(state, call, name);
    // Tags count when the dashboard is made, and are ignored when it is replaced (API reference).
    const tags = found?.document.tags ?? given;
    return writeDashboard(call, name, found, { size, lastModified: clock.now(), tags }, body);
  });
  return { DashboardValidationMessages: messages(warnings) };
};

function read(body: string, call: MonitoringCall): DashboardReading {
  try {
    return readDashboardBody(body);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    const message = `The field DashboardBody must be a valid JSON object: ${error.message}`;
    throw call.error("DashboardInvalidInputError", message, {
      dashboardValidationMessages: [{ DataPath: "", Message: message }],
    });
  }
}

/** The sentence that CloudWatch refuses a body with, and the findings below it as it writes them. */
function sentence(errors: readonly Finding[]): string {
  return `The dashboard body is invalid, there are ${errors.length} validation errors:\n${JSON.stringify(errors, null, 2)}`;
}

const messages = (findings: readonly Finding[]) =>
  findings.map(({ dataPath, message }) => ({ DataPath: dataPath, Message: message }));
