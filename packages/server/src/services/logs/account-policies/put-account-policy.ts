import { randomUUID } from "node:crypto";
import { FilterPatternError } from "@nephoscope/languages";
import { againOnConflict, causeOf } from "../commit.ts";
import { refusedPattern } from "../events/filter-log-events.ts";
import type { LogsCall, LogsOperation, LogsOutput } from "../operation.ts";
import { compileSubscription, SubscriptionRefused } from "../subscriptions/compile-subscription.ts";
import { requireDestination } from "../subscriptions/probe-destination.ts";
import {
  findSubscriptionPolicy,
  type PolicySettings,
  type SubscriptionPolicy,
  subscriptionPolicyRef,
} from "./account-policy.ts";
import { PolicyRefused, readSubscriptionPolicy } from "./read-policy.ts";

/** PutAccountPolicy, API reference. */
const MAX_DOCUMENT_CHARACTERS = 30_720;

export const putAccountPolicy: LogsOperation<"PutAccountPolicy"> = async (input, call, deps) => {
  const { state, sequence, clock } = deps;
  const { policyName: name, policyDocument, selectionCriteria } = input;
  requireSubscriptionPolicy(input.policyType, call);
  if (input.dryRun === true) {
    throw call.error("InvalidParameterException", "dryRun is for policies of the type RETENTION_POLICY only.");
  }
  if (name.startsWith("aws/") || !name.isWellFormed()) {
    throw call.error(
      "InvalidParameterException",
      'The policy name must be valid Unicode text and not begin with "aws/".',
    );
  }
  if (policyDocument.length > MAX_DOCUMENT_CHARACTERS) {
    throw call.error(
      "InvalidParameterException",
      `A policy document can have at most ${MAX_DOCUMENT_CHARACTERS} characters.`,
    );
  }
  const settings = read(policyDocument, selectionCriteria, call);
  const requireOnly = () => {
    const found = findSubscriptionPolicy(state, call);
    if (found !== undefined && found.document.name !== name) {
      throw call.error(
        "LimitExceededException",
        `Resource limit exceeded. An account can have one subscription policy in a Region, and ${found.document.name} is there.`,
      );
    }
    return found;
  };
  // Before anything is sent to the destination.
  requireOnly();
  const sourceArn = `arn:aws:logs:${call.region}:${call.account}:log-group:*`;
  await requireDestination(deps, call, settings.destinationArn, settings.roleArn, sourceArn);

  const fresh = { id: randomUUID(), since: sequence.next(1).toString() };
  const policy = await againOnConflict(call, async () => {
    const before = requireOnly();
    // One that is changed goes on where it is.
    const { id, since } = before?.document ?? fresh;
    const document: SubscriptionPolicy = {
      id,
      name,
      policyDocument,
      ...(selectionCriteria !== undefined && { selectionCriteria }),
      since,
      lastUpdatedTime: clock.now(),
      settings,
    };
    const ref = subscriptionPolicyRef(call);
    await state.commit({
      cause: causeOf(call),
      changes: [{ put: ref, document, expect: before?.version ?? "absent" }],
    });
    return document;
  });
  return { accountPolicy: toAccountPolicy(call, policy) };
};

/** Other policies are refused by name, wherever they are named. */
export function requireSubscriptionPolicy(policyType: string, call: LogsCall): void {
  if (policyType === "SUBSCRIPTION_FILTER_POLICY") return;
  throw call.error(
    "InvalidParameterException",
    `Account policies of the type ${policyType} are not supported by Nephoscope; SUBSCRIPTION_FILTER_POLICY is.`,
  );
}

type Item = NonNullable<LogsOutput<"PutAccountPolicy">["accountPolicy"]>;

export function toAccountPolicy({ account }: Pick<LogsCall, "account">, policy: SubscriptionPolicy): Item {
  const { name, policyDocument, selectionCriteria, lastUpdatedTime } = policy;
  return {
    policyName: name,
    policyDocument,
    lastUpdatedTime,
    policyType: "SUBSCRIPTION_FILTER_POLICY",
    scope: "ALL",
    selectionCriteria,
    accountId: account,
  };
}

function read(document: string, criteria: string | undefined, call: LogsCall): PolicySettings {
  try {
    const settings = readSubscriptionPolicy(document, criteria);
    compileSubscription(settings, call);
    return settings;
  } catch (error) {
    if (error instanceof FilterPatternError) throw refusedPattern(error, call);
    if (error instanceof PolicyRefused || error instanceof SubscriptionRefused) {
      throw call.error("InvalidParameterException", error.message);
    }
    throw error;
  }
}
