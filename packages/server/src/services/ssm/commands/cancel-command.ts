import { causeOf } from "../commit.ts";
import type { SsmOperation } from "../operation.ts";
import type { Invocation } from "./command.ts";
import { requireCommand } from "./look-at-commands.ts";
import { advance } from "./progress.ts";

/** What has not begun ends at once; what runs is told to stop, and ends when its host says so. */
export const cancelCommand: SsmOperation<"CancelCommand"> = async (input, call, deps) => {
  const { document } = requireCommand(deps, call, input.CommandId);
  const { InstanceIds = [] } = input;
  if (new Set(InstanceIds).size !== InstanceIds.length)
    throw call.error("DuplicateInstanceId", "An instance is there twice.");
  const stranger = InstanceIds.find((id) => !document.hosts.includes(id));
  if (stranger !== undefined) throw call.error("InvalidInstanceId", `The command was not sent to ${stranger}.`);
  const all = InstanceIds.length === 0;
  const now = deps.clock.now();
  await advance(
    deps,
    call,
    input.CommandId,
    causeOf(call),
    (hostId, invocation) => (all || InstanceIds.includes(hostId) ? cancelled(invocation, now) : undefined),
    all ? { cancelled: true } : {},
  );
  return {};
};

function cancelled(invocation: Invocation, endedAt: number): Invocation | undefined {
  if (invocation.status === "InProgress") return { ...invocation, status: "Cancelling", details: "Cancelling" };
  if (invocation.status !== "Pending") return undefined;
  // Delivered, and not begun as far as is known: the host may be just about to.
  if (invocation.deliveredAt !== undefined) return { ...invocation, status: "Cancelling", details: "Cancelling" };
  return { ...invocation, status: "Cancelled", details: "Cancelled", endedAt };
}
