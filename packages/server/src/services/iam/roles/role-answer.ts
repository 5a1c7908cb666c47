import type { Role as WireRole } from "@aws-sdk/client-iam";
import { roleArn } from "../../../platform/identity/arns.ts";
import type { Role } from "../../../platform/identity/documents.ts";
import { shownTrust } from "../../../platform/identity/trust.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { encodeDocument } from "../documents.ts";
import type { IamDeps } from "../operation.ts";
import { tagsMember } from "../tags/tags.ts";
import { boundaryMember } from "../users/user-answer.ts";

type Shown = Pick<Resource<Role>, "ref" | "document">;

/** A role as lists show it. */
export function roleInList({ identity }: Pick<IamDeps, "identity">, { ref, document }: Shown) {
  const { name, path, id, createdAt, description, maxSessionSeconds } = document;
  return {
    Path: path,
    RoleName: name,
    RoleId: id,
    Arn: roleArn(ref.account, document),
    CreateDate: new Date(createdAt),
    AssumeRolePolicyDocument: encodeDocument(shownTrust(identity.directory, document)),
    ...(description !== undefined && { Description: description }),
    MaxSessionDuration: maxSessionSeconds,
  } satisfies WireRole;
}

export const roleAnswer = (deps: Pick<IamDeps, "identity">, role: Shown) =>
  ({
    ...roleInList(deps, role),
    ...boundaryMember(role.document.boundary),
    ...tagsMember(role.document.tags),
    RoleLastUsed: lastUse(deps, role.document.id),
  }) satisfies WireRole;

export function lastUse({ identity }: Pick<IamDeps, "identity">, roleId: string) {
  const use = identity.uses.of(roleId);
  return use === undefined ? {} : { LastUsedDate: new Date(use.at), Region: use.region };
}
