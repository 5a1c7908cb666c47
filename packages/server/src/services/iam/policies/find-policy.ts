import { parseIamArn, policyArn } from "../../../platform/identity/arns.ts";
import { type Directory, keyOfName } from "../../../platform/identity/directory.ts";
import type { ManagedPolicy } from "../../../platform/identity/documents.ts";
import type { Resource } from "../../../platform/state/state.ts";
import type { IamCall, IamDeps } from "../operation.ts";
import { ALL_HOLDERS } from "./holders.ts";

/** A managed policy of AWS's or of the account, in one form. */
export interface ShownPolicy {
  readonly arn: string;
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly defaultVersion: string;
  readonly versions: ManagedPolicy["versions"];
  readonly tags: ManagedPolicy["tags"];
  /** Where it can be changed; undefined for AWS's. */
  readonly own: Resource<ManagedPolicy> | undefined;
}

export const shownOwn = (own: Resource<ManagedPolicy>): ShownPolicy => ({
  description: undefined,
  ...own.document,
  arn: policyArn(own.ref.account, own.document),
  own,
});

export function shownAws(deps: Pick<IamDeps, "identity">): readonly ShownPolicy[] {
  return deps.identity.awsManaged.list.map(({ version, document, updatedAt, ...policy }) => ({
    ...policy,
    createdAt: updatedAt,
    updatedAt,
    defaultVersion: version,
    versions: [{ id: version, document, createdAt: updatedAt }],
    tags: [],
    own: undefined,
  }));
}

export function findPolicy(deps: Pick<IamDeps, "identity">, call: IamCall, arn: string): ShownPolicy | undefined {
  const parts = parseIamArn(arn);
  if (parts?.account === "aws") return shownAws(deps).find((policy) => policy.arn === arn);
  const own = deps.identity.directory.policies.get(call.account, keyOfName(parts?.name ?? ""));
  return own !== undefined && policyArn(call.account, own.document) === arn ? shownOwn(own) : undefined;
}

export function requirePolicy(deps: Pick<IamDeps, "identity">, call: IamCall, arn: string): ShownPolicy {
  const policy = findPolicy(deps, call, arn);
  if (policy !== undefined) return policy;
  if (parseIamArn(arn)?.type !== "policy") {
    throw call.error("InvalidInputException", `ARN ${arn} is not valid.`);
  }
  throw call.error("NoSuchEntityException", `Policy ${arn} was not found.`);
}

/** A policy of the account's own, for a change. */
export function requireOwnPolicy(deps: Pick<IamDeps, "identity">, call: IamCall, arn: string): Resource<ManagedPolicy> {
  const { own } = requirePolicy(deps, call, arn);
  if (own === undefined) {
    throw call.error(
      "AccessDeniedException",
      `The policy ${arn} is AWS's and can't be changed: copy it into one of your own.`,
    );
  }
  return own;
}

/** To how many users, groups and roles of the account each policy is attached, and of how many it is the boundary. */
export function usesOf(directory: Directory, account: string) {
  const attachments = new Map<string, number>();
  const boundaries = new Map<string, number>();
  const count = (counts: Map<string, number>, arn: string) => counts.set(arn, (counts.get(arn) ?? 0) + 1);
  for (const holders of ALL_HOLDERS) {
    for (const { document } of holders.list(directory, account)) {
      for (const arn of document.attached) count(attachments, arn);
    }
  }
  for (const { document } of [...directory.users.list(account), ...directory.roles.list(account)]) {
    if (document.boundary !== undefined) count(boundaries, document.boundary);
  }
  return {
    attachments: (arn: string) => attachments.get(arn) ?? 0,
    boundaries: (arn: string) => boundaries.get(arn) ?? 0,
  };
}
