import type { NotificationTargets } from "../../../platform/notifications/notification.ts";
import type { Alarm, Scope } from "./alarm.ts";
import { unsupported, validationError } from "./refusals.ts";

/** What alarms can be told to do, as a caller gives it. */
export interface ActionsInput {
  readonly OKActions?: string[] | undefined;
  readonly AlarmActions?: string[] | undefined;
  readonly InsufficientDataActions?: string[] | undefined;
  readonly ActionsEnabled?: boolean | undefined;
  readonly ActionConfiguration?: unknown;
}

const ARN = /^arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]*):([^:\s]*):\S+$/;

/**
 * Reads the actions of an alarm. That a topic or function exists is not asked, as AWS doesn't; that an action of its kind
 * could never run here is said at once rather than when the alarm fires.
 */
export function readActions(
  input: ActionsInput,
  scope: Scope,
  targets: NotificationTargets,
): Pick<Alarm, "okActions" | "alarmActions" | "insufficientDataActions" | "actionsEnabled"> {
  if (input.ActionConfiguration !== undefined) throw unsupported("ActionConfiguration (tags in notifications):");
  const read = (actions: readonly string[] = []) => {
    for (const arn of actions) checkAction(arn, scope, targets);
    return [...new Set(actions)];
  };
  return {
    okActions: read(input.OKActions),
    alarmActions: read(input.AlarmActions),
    insufficientDataActions: read(input.InsufficientDataActions),
    actionsEnabled: input.ActionsEnabled ?? true,
  };
}

function checkAction(arn: string, { region }: Scope, targets: NotificationTargets): void {
  const [, service, actionRegion] = ARN.exec(arn) ?? [];
  if (service === undefined) throw validationError(`Invalid arn syntax: ${arn}`);
  if (actionRegion !== "" && actionRegion !== region) {
    throw validationError(`Invalid region ${actionRegion} specified. Only ${region} is supported.`);
  }
  if (targets.of(arn) === undefined) {
    const kinds =
      targets.names.length === 0 ? "There are no kinds of actions." : `Use one of: ${targets.names.join(", ")}.`;
    throw unsupported(`The action ${arn} (${service}) could not be executed here. ${kinds}`);
  }
}
