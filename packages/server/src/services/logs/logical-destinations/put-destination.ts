import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsOperation, LogsOutput } from "../operation.ts";
import { countChange, countResources } from "../resource-count.ts";
import { parseDestinationArn } from "../subscriptions/destination-arn.ts";
import { requireDestination } from "../subscriptions/probe-destination.ts";
import { checkTags } from "../tags/check-tags.ts";
import {
  LOGICAL_DESTINATION_KIND,
  type LogicalDestination,
  logicalDestinationArn,
  logicalDestinationRef,
} from "./logical-destination.ts";

/** AWS publishes no number; the store must be bounded. */
const MAX_DESTINATIONS = 1_000;

export const putDestination: LogsOperation<"PutDestination"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const { destinationName: name, targetArn, roleArn } = input;
  if (!name.isWellFormed()) {
    throw call.error("InvalidParameterException", "The destination name must be valid Unicode text.");
  }
  checkTags(input.tags ?? {}, call);
  const kind = parseDestinationArn(targetArn)?.kind;
  if (kind === "logical") {
    throw call.error("InvalidParameterException", "The target of a destination can't be another destination.");
  }
  // A function takes no role, which every destination has.
  const role = kind === "function" ? undefined : roleArn;
  await requireDestination(deps, call, targetArn, role, logicalDestinationArn(call, name));

  const ref = logicalDestinationRef(call, name);
  const made = await againOnConflict(call, async () => {
    const before = state.get<LogicalDestination>(ref);
    if (before === undefined && countResources(state, call, LOGICAL_DESTINATION_KIND) >= MAX_DESTINATIONS) {
      throw call.error(
        "LimitExceededException",
        `Resource limit exceeded. An account can have at most ${MAX_DESTINATIONS} destinations in a Region.`,
      );
    }
    const document: LogicalDestination = {
      ...before?.document,
      targetArn,
      roleArn,
      tags: { ...before?.document.tags, ...input.tags },
      creationTime: before?.document.creationTime ?? clock.now(),
    };
    await state.commit({
      cause: causeOf(call),
      changes: [
        { put: ref, document, expect: before?.version ?? "absent" },
        ...(before === undefined ? [countChange(state, call, LOGICAL_DESTINATION_KIND, 1)] : []),
      ],
    });
    return document;
  });
  return { destination: toDestination(logicalDestinationArn(call, name), name, made) };
};

type Item = NonNullable<LogsOutput<"PutDestination">["destination"]>;

export function toDestination(arn: string, destinationName: string, destination: LogicalDestination): Item {
  const { targetArn, roleArn, accessPolicy, creationTime } = destination;
  return { destinationName, targetArn, roleArn, accessPolicy, arn, creationTime };
}
