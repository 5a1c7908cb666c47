import type { ManagedPolicy } from "../../../platform/identity/documents.ts";
import { encodeDocument } from "../documents.ts";
import type { IamCall, IamOperation } from "../operation.ts";
import { pageOf } from "../pages.ts";
import { QUOTAS } from "../quotas.ts";
import { requireOwnPolicy, requirePolicy, type ShownPolicy } from "./find-policy.ts";
import { checkManagedDocument } from "./managed-policies.ts";

type Version = ManagedPolicy["versions"][number];

export const versionInList = ({ id, createdAt }: Version, defaultVersion: string) => ({
  VersionId: id,
  IsDefaultVersion: id === defaultVersion,
  CreateDate: new Date(createdAt),
});

function requireVersion(call: IamCall, arn: string, { versions }: Pick<ShownPolicy, "versions">, id: string): Version {
  const version = versions.find((one) => one.id === id);
  if (version !== undefined) return version;
  throw call.error("NoSuchEntityException", `Policy ${arn} version ${id} does not exist or is not attachable.`);
}

export const createPolicyVersion: IamOperation<"CreatePolicyVersion"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireOwnPolicy(deps, call, input.PolicyArn);
    checkManagedDocument(call, input.PolicyDocument);
    if (document.versions.length >= QUOTAS.VersionsPerPolicy) {
      throw call.error(
        "LimitExceededException",
        `A managed policy can have up to ${QUOTAS.VersionsPerPolicy} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const now = deps.clock.now();
    const made: Version = { id: `v${document.nextVersion}`, document: input.PolicyDocument, createdAt: now };
    const defaultVersion = input.SetAsDefault === true ? made.id : document.defaultVersion;
    const changed: ManagedPolicy = {
      ...document,
      versions: [...document.versions, made],
      nextVersion: document.nextVersion + 1,
      defaultVersion,
      updatedAt: now,
    };
    return {
      changes: [{ put: ref, document: changed, expect: version }],
      answer: { PolicyVersion: versionInList(made, defaultVersion) },
    };
  });

export const getPolicyVersion: IamOperation<"GetPolicyVersion"> = async (input, call, deps) => {
  const policy = requirePolicy(deps, call, input.PolicyArn);
  const version = requireVersion(call, input.PolicyArn, policy, input.VersionId);
  return {
    PolicyVersion: {
      ...versionInList(version, policy.defaultVersion),
      Document: encodeDocument(version.document),
    },
  };
};

export const listPolicyVersions: IamOperation<"ListPolicyVersions"> = async (input, call, deps) => {
  const { versions, defaultVersion } = requirePolicy(deps, call, input.PolicyArn);
  // Newest first; numbers are padded so that they sort as texts.
  const order = ({ id }: Version) => String(1_000_000_000 - Number(id.slice(1))).padStart(10, "0");
  const { items, end } = pageOf(input, versions.toReversed(), order);
  return { Versions: items.map((version) => versionInList(version, defaultVersion)), ...end };
};

export const setDefaultPolicyVersion: IamOperation<"SetDefaultPolicyVersion"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireOwnPolicy(deps, call, input.PolicyArn);
    const { id } = requireVersion(call, input.PolicyArn, document, input.VersionId);
    const changed: ManagedPolicy = { ...document, defaultVersion: id, updatedAt: deps.clock.now() };
    return { changes: [{ put: ref, document: changed, expect: version }], answer: {} };
  });

export const deletePolicyVersion: IamOperation<"DeletePolicyVersion"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireOwnPolicy(deps, call, input.PolicyArn);
    const { id } = requireVersion(call, input.PolicyArn, document, input.VersionId);
    if (id === document.defaultVersion) {
      throw call.error("DeleteConflictException", "Cannot delete the default version of a policy.");
    }
    const changed: ManagedPolicy = { ...document, versions: document.versions.filter((one) => one.id !== id) };
    return { changes: [{ put: ref, document: changed, expect: version }], answer: {} };
  });
