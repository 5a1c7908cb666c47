import { changeDocument } from "../commit.ts";
import type { LogsOperation } from "../operation.ts";
import { requireLogGroup } from "./identify-log-group.ts";

/** The periods that can be chosen (PutRetentionPolicy, API reference), in days. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const putRetentionPolicy: LogsOperation<"PutRetentionPolicy"> = async (input, call, deps) => {
  const { retentionInDays } = input;
  if (!RETENTION_DAYS.includes(retentionInDays)) {
    throw call.error(
      "InvalidParameterException",
      `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(", ")}]`,
    );
  }
  const find = () => requireLogGroup(deps.state, call, input);
  if (find().document.logGroupClass === "DELIVERY") {
    throw call.error("InvalidParameterException", "The retention of a log group of class DELIVERY cannot be changed.");
  }
  await changeDocument(deps, call, find, (group) => ({ ...group, retentionInDays }));
  return {};
};

export const deleteRetentionPolicy: LogsOperation<"DeleteRetentionPolicy"> = async (input, call, deps) => {
  const find = () => requireLogGroup(deps.state, call, input);
  if (find().document.logGroupClass === "DELIVERY") {
    throw call.error("InvalidParameterException", "The retention of a log group of class DELIVERY cannot be changed.");
  }
  await changeDocument(deps, call, find, ({ retentionInDays: _removed, ...group }) => group);
  return {};
};
