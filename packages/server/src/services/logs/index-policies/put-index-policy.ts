import { againOnConflict, causeOf } from "../commit.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import { logGroupArn, whileGroupLives } from "../groups/log-group.ts";
import type { LogsCall, LogsOperation } from "../operation.ts";
import { findIndexPolicy, type IndexPolicy, indexPolicyRef } from "./index-policy.ts";
import { type IndexedField, PolicyRefused, readIndexPolicy } from "./policy-document.ts";

export const putIndexPolicy: LogsOperation<"PutIndexPolicy"> = async (input, call, { state, clock }) => {
  const { policyDocument } = input;
  const fields = readFields(policyDocument, call);
  return await againOnConflict(call, async () => {
    const group = requireLogGroup(state, call, input);
    const { groupId, logGroupClass } = group.document;
    if (logGroupClass !== "STANDARD") {
      throw call.error(
        "InvalidParameterException",
        `Field index policies are not supported for log groups of class ${logGroupClass}.`,
      );
    }
    const now = clock.now();
    const before = findIndexPolicy(state, groupId);
    const since = new Map(before?.document.fields.map((field) => [field.name, field.since]));
    const document: IndexPolicy = {
      policyDocument,
      fields: fields.map((field) => ({ ...field, since: since.get(field.name) ?? now })),
      lastUpdateTime: now,
    };
    await state.commit({
      cause: causeOf(call),
      changes: [
        whileGroupLives(group),
        { put: indexPolicyRef(groupId), document, expect: before?.version ?? "absent" },
      ],
    });
    return {
      indexPolicy: {
        logGroupIdentifier: logGroupArn(call, group.ref.key),
        lastUpdateTime: now,
        policyDocument,
        source: "LOG_GROUP" as const,
      },
    };
  });
};

function readFields(document: string, call: LogsCall): IndexedField[] {
  try {
    return readIndexPolicy(document);
  } catch (error) {
    if (error instanceof PolicyRefused) throw call.error("InvalidParameterException", error.message);
    throw error;
  }
}
