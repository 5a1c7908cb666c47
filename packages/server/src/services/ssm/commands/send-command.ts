import type { HostResource } from "../../../platform/fleet/host.ts";
import type { Change } from "../../../platform/state/state.ts";
import { timeOrderedId } from "../../../platform/time-ordered-id.ts";
import { causeOf } from "../commit.ts";
import { parametersOf } from "../documents/check-parameters.ts";
import { requireDocument } from "../documents/look-at-documents.ts";
import type { SsmCall, SsmDeps, SsmInput, SsmOperation } from "../operation.ts";
import { activeRef, type Command, commandRef, type Invocation, invocationRef, stateOf, waitingRef } from "./command.ts";
import { commandOutput } from "./show-command.ts";
import { hostsOfTargets } from "./targets.ts";

/** Defaults of the API reference, SendCommand. */
const DEFAULT_TIMEOUT = 3_600;
const DEFAULT_CONCURRENCY = "50";
const DEFAULT_ERRORS = "0";

export const sendCommand: SsmOperation<"SendCommand"> = async (input, call, deps) => {
  const { state, fleet, clock } = deps;
  const document = requireDocument(call, { Name: input.DocumentName, DocumentVersion: input.DocumentVersion });
  refuseUnsupported(input, call);
  const parameters = parametersOf(call, document, input.Parameters ?? {});
  const hosts = hostsOf(input, call, deps);
  const now = clock.now();
  const timeoutSeconds = input.TimeoutSeconds ?? DEFAULT_TIMEOUT;
  // Ids rise with time, so the newest commands are the end of a range.
  const id = timeOrderedId(now);
  const command: Command = {
    documentName: document.name,
    documentVersion: document.version,
    parameters,
    instanceIds: input.InstanceIds ?? [],
    targets: (input.Targets ?? []).map(({ Key = "", Values = [] }) => ({ Key, Values })),
    hosts: hosts.map(({ ref }) => ref.key),
    comment: input.Comment ?? "",
    maxConcurrency: input.MaxConcurrency ?? DEFAULT_CONCURRENCY,
    maxErrors: input.MaxErrors ?? DEFAULT_ERRORS,
    timeoutSeconds,
    requestedAt: now,
    expiresAt: now + timeoutSeconds * 1_000,
    cancelled: false,
  };
  const pending: Invocation = {
    status: "Pending",
    details: "Pending",
    requestedAt: now,
    responseCode: -1,
    output: "",
    errorOutput: "",
  };
  const stored: Command = hosts.length === 0 ? { ...command, done: stateOf(command, []) } : command;
  const changes: Change[] = [
    { put: commandRef(call, id), document: stored, expect: "absent" },
    ...hosts.flatMap(({ ref }): Change[] => [
      { put: invocationRef(call, ref.key, id), document: pending, expect: "absent" },
      { put: waitingRef(call, ref.key, id), document: {}, expect: "absent" },
    ]),
  ];
  if (hosts.length > 0) changes.push({ put: activeRef(call, id), document: {}, expect: "absent" });
  await state.commit({ cause: causeOf(call), changes });
  for (const { ref } of hosts) fleet.assignments.changed(ref.key);
  return { Command: commandOutput(state, call, id, stored) };
};

/** What would look as if it were done and is not. */
function refuseUnsupported(input: SsmInput<"SendCommand">, call: SsmCall): void {
  if (input.OutputS3BucketName !== undefined)
    throw call.error(
      "InvalidOutputFolder",
      "Output into buckets is not supported: GetCommandInvocation has the first 24,000 characters.",
    );
  if (input.NotificationConfig?.NotificationArn !== undefined)
    throw call.error(
      "InvalidNotificationConfig",
      "Notifications of commands are not supported: ask ListCommandInvocations.",
    );
  if (input.CloudWatchOutputConfig?.CloudWatchOutputEnabled === true)
    throw call.error("ValidationException", "Output into log groups is not supported: GetCommandInvocation has it.");
  if (input.AlarmConfiguration !== undefined)
    throw call.error("ValidationException", "AlarmConfiguration is not supported.");
}

function hostsOf(input: SsmInput<"SendCommand">, call: SsmCall, { fleet }: SsmDeps): HostResource[] {
  const { InstanceIds = [], Targets = [] } = input;
  if (InstanceIds.length > 0 === Targets.length > 0)
    throw call.error("ValidationException", "Give either InstanceIds or Targets.");
  if (new Set(InstanceIds).size !== InstanceIds.length)
    throw call.error("DuplicateInstanceId", "You can't specify an instance ID in more than one association.");
  if (InstanceIds.length > 0) {
    const found = InstanceIds.map((id) => ({ id, host: fleet.find(call, id) }));
    const missing = found.filter(({ host }) => host === undefined).map(({ id }) => id);
    if (missing.length > 0)
      throw call.error(
        "InvalidInstanceId",
        `Instances [[${missing.join(", ")}]] not in a valid state for account ${call.account}`,
      );
    return found.flatMap(({ host }) => host ?? []);
  }
  return hostsOfTargets(input, call, fleet);
}
