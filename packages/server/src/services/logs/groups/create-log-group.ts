import { VersionConflict } from "../../../platform/state/state.ts";
import { storedFrom } from "../events/event-tables.ts";
import type { LogsOperation } from "../operation.ts";
import { checkTags } from "../tags/check-tags.ts";
import { admitGroup, requireUsableKey } from "./group-key.ts";
import { findLogGroup, type LogGroup, type LogGroupName, logGroupIdRef, logGroupRef } from "./log-group.ts";

export const createLogGroup: LogsOperation<"CreateLogGroup"> = async (input, call, { state, keys, vaults, clock }) => {
  if (input.logGroupName.startsWith("aws/")) {
    throw call.error("InvalidParameterException", "Log group names starting with aws/ are reserved.");
  }
  const logGroupClass = input.logGroupClass ?? "STANDARD";
  checkTags(input.tags ?? {}, call);
  const exists = () => call.error("ResourceAlreadyExistsException", "The specified log group already exists");
  // Before a place is made for its events.
  if (findLogGroup(state, call, input.logGroupName) !== undefined) throw exists();
  const kmsKeyId =
    input.kmsKeyId === undefined
      ? undefined
      : await requireUsableKey({ keys }, call, call, input.logGroupName, input.kmsKeyId);
  const place: LogGroupName = { account: call.account, region: call.region, name: input.logGroupName };
  const groupId = state.allocate("logs.group-id");
  const sealed = kmsKeyId && (await admitGroup({ vaults }, call, place, groupId, kmsKeyId));
  const document: LogGroup = {
    groupId,
    logGroupClass,
    ...(sealed && { kmsKeyId: sealed.keyArn, stored: storedFrom(undefined, sealed, clock.now()) }),
    // Groups of this class keep their events for two days whatever is set (user guide, "Log classes").
    ...(logGroupClass === "DELIVERY" && { retentionInDays: DELIVERY_RETENTION_DAYS }),
    deletionProtectionEnabled: input.deletionProtectionEnabled ?? false,
    tags: { ...input.tags },
    creationTime: clock.now(),
  };
  try {
    await state.commit({
      cause: { action: "logs:CreateLogGroup", requestId: call.requestId, principalArn: call.principal.arn },
      changes: [
        { put: logGroupRef(call, input.logGroupName), document, expect: "absent" },
        { put: logGroupIdRef(document.groupId), document: place, expect: "absent" },
      ],
    });
  } catch (error) {
    if (error instanceof VersionConflict) {
      throw exists();
    }
    throw error;
  }
  return {};
};

const DELIVERY_RETENTION_DAYS = 2;
