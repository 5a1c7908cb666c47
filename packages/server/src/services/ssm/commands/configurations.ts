import type { HostResource } from "../../../platform/fleet/host.ts";
import type { State } from "../../../platform/state/state.ts";
import { type Command, commandRef, type Invocation, invocationRef, isOver, WAITING_KIND } from "./command.ts";

/**
 * Whether a host reads a parameter that a command which it has to carry out now names as the agent's configuration. The right ends with
 * the command.
 */
export function isConfigurationOf(
  state: State,
  { ref }: HostResource,
  operation: string,
  { Name, WithDecryption }: Readonly<Record<string, unknown>>,
): boolean {
  if (operation !== "GetParameter" || WithDecryption === true || typeof Name !== "string") return false;
  const { account, region, key: hostId } = ref;
  return state.list({ kind: WAITING_KIND, account, region, prefix: `${hostId}/` }).some((waiting) => {
    const id = waiting.ref.key.slice(hostId.length + 1);
    const command = state.get<Command>(commandRef(ref, id))?.document;
    const invocation = state.get<Invocation>(invocationRef(ref, hostId, id))?.document;
    return (
      command?.documentName === "AmazonCloudWatch-ManageAgent" &&
      invocation !== undefined &&
      !isOver(invocation) &&
      command.parameters.optionalConfigurationSource?.[0] === "ssm" &&
      command.parameters.optionalConfigurationLocation?.[0] === Name
    );
  });
}
