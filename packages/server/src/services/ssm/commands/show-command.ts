import type { Scope } from "../../../platform/fleet/host.ts";
import type { State } from "../../../platform/state/state.ts";
import type { SsmOutput } from "../operation.ts";
import { type Command, type Invocation, invocationRef, stateOf } from "./command.ts";

type Shown = NonNullable<SsmOutput<"SendCommand">["Command"]>;

export function commandOutput(state: State, scope: Scope, id: string, command: Command): Shown {
  const invocations = command.hosts.flatMap(
    (host) => state.get<Invocation>(invocationRef(scope, host, id))?.document ?? [],
  );
  const now = stateOf(command, invocations);
  return {
    CommandId: id,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    Comment: command.comment,
    ExpiresAfter: new Date(command.expiresAt),
    Parameters: Object.fromEntries(Object.entries(command.parameters).map(([name, values]) => [name, [...values]])),
    InstanceIds: [...command.instanceIds],
    Targets: command.targets.map(({ Key, Values }) => ({ Key, Values: [...Values] })),
    RequestedDateTime: new Date(command.requestedAt),
    Status: now.status,
    StatusDetails: now.details,
    OutputS3Region: scope.region,
    OutputS3BucketName: "",
    OutputS3KeyPrefix: "",
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TargetCount: command.hosts.length,
    CompletedCount: now.completed,
    ErrorCount: now.errors,
    DeliveryTimedOutCount: now.deliveryTimedOut,
    ServiceRole: "",
    NotificationConfig: { NotificationArn: "", NotificationEvents: [], NotificationType: undefined },
    CloudWatchOutputConfig: { CloudWatchLogGroupName: "", CloudWatchOutputEnabled: false },
    TimeoutSeconds: command.timeoutSeconds,
  };
}
