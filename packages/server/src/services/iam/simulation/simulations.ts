import { type ContextValues, keysIn, type Requester } from "@nephoscope/languages/iam-policy";
import { assumedRoleArn, parseIamArn } from "../../../platform/identity/arns.ts";
import type { PolicyHolder, Tag } from "../../../platform/identity/documents.ts";
import type { Resource } from "../../../platform/state/state.ts";
import type { IamCall, IamDeps, IamOperation } from "../operation.ts";
import { ROLES } from "../policies/holders.ts";
import { type Scene, simulate } from "./simulate.ts";
import { givenSources, managedSource, requireSubject, type Source, type Subject, sourcesOf } from "./sources.ts";

export const simulateCustomPolicy: IamOperation<"SimulateCustomPolicy"> = async (input, call, deps) => {
  if (input.ResourcePolicy !== undefined && input.CallerArn === undefined) {
    throw call.error("InvalidInputException", "CallerArn is required when a ResourcePolicy is given.");
  }
  const scene: Scene = {
    ...callerOf(deps, call, input.CallerArn ?? `arn:aws:iam::${call.account}:user/simulated`),
    identity: givenSources(call, "identity", input.PolicyInputList, "PolicyInputList"),
    boundary: boundaryGiven(call, input.PermissionsBoundaryPolicyInputList),
  };
  return simulate(call, input, scene);
};

export const simulatePrincipalPolicy: IamOperation<"SimulatePrincipalPolicy"> = async (input, call, deps) => {
  if (input.PolicyExclusionList !== undefined && input.PolicyExclusionList.length > 0) {
    throw call.error(
      "InvalidInputException",
      "PolicyExclusionList is not supported: give the policies to SimulateCustomPolicy.",
    );
  }
  const subject = requireSubject(deps, call, input.PolicySourceArn);
  if (input.ResourcePolicy !== undefined && subject.holders === ROLES) {
    throw call.error("InvalidInputException", "Simulation of resource-based policies isn't supported for IAM roles.");
  }
  const scene: Scene = {
    ...callerOf(deps, call, input.CallerArn ?? input.PolicySourceArn),
    identity: [
      ...sourcesOf(deps, call, subject),
      ...givenSources(call, "identity", input.PolicyInputList, "PolicyInputList"),
    ],
    boundary: boundaryGiven(call, input.PermissionsBoundaryPolicyInputList) ?? boundaryOf(deps, call, subject),
  };
  return simulate(call, input, scene);
};

function boundaryGiven(call: IamCall, list: readonly string[] | undefined): readonly Source[] | undefined {
  if (list === undefined || list.length === 0) return undefined;
  return givenSources(call, "boundary", list, "PermissionsBoundaryPolicyInputList");
}

function boundaryOf(deps: IamDeps, call: IamCall, { holder: { document } }: Subject): readonly Source[] | undefined {
  const arn = "boundary" in document && typeof document.boundary === "string" ? document.boundary : undefined;
  return arn === undefined ? undefined : managedSource(deps, call, arn, "boundary");
}

/** Whoever is named as the caller, who need not be there: only names count in a simulation. */
function callerOf(deps: IamDeps, call: IamCall, arn: string): Pick<Scene, "requester" | "known"> {
  const parts = parseIamArn(arn);
  if (parts === undefined || !["user", "group", "role"].includes(parts.type)) {
    throw call.error("InvalidInputException", `Invalid Caller Arn: ${arn} is not that of a user, group or role.`);
  }
  const { account, type, name } = parts;
  const found: Resource<PolicyHolder & { readonly tags?: readonly Tag[] }> | undefined =
    account === call.account
      ? (type === "role" ? deps.identity.directory.roles : deps.identity.directory.users).get(
          account,
          name.toLowerCase(),
        )
      : undefined;
  const id = found?.document.id ?? "";
  const requester: Requester =
    type === "role"
      ? {
          kind: "role-session",
          account,
          arn: assumedRoleArn(account, name, "simulated"),
          roleArn: arn,
          roleId: id,
        }
      : { kind: "user", account, arn, id };
  const known: ContextValues = {
    "aws:PrincipalArn": arn,
    "aws:PrincipalAccount": account,
    "aws:PrincipalType": type === "role" ? "AssumedRole" : "User",
    "aws:CurrentTime": new Date(deps.clock.now()).toISOString(),
    "aws:EpochTime": String(Math.floor(deps.clock.now() / 1_000)),
    ...(type === "user" && { "aws:username": name }),
    ...(id !== "" && { "aws:userid": type === "role" ? `${id}:simulated` : id }),
    ...Object.fromEntries((found?.document.tags ?? []).map(({ key, value }) => [`aws:PrincipalTag/${key}`, value])),
  };
  return { requester, known };
}

const keysOf = (sources: readonly Source[]): string[] =>
  [...new Set(sources.flatMap(({ policy }) => keysIn(policy)))].sort();

export const getContextKeysForCustomPolicy: IamOperation<"GetContextKeysForCustomPolicy"> = async (input, call) => ({
  ContextKeyNames: keysOf(givenSources(call, "identity", input.PolicyInputList, "PolicyInputList")),
});

export const getContextKeysForPrincipalPolicy: IamOperation<"GetContextKeysForPrincipalPolicy"> = async (
  input,
  call,
  deps,
) => ({
  ContextKeyNames: keysOf([
    ...sourcesOf(deps, call, requireSubject(deps, call, input.PolicySourceArn)),
    ...givenSources(call, "identity", input.PolicyInputList, "PolicyInputList"),
  ]),
});
