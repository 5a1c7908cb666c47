import type { User as WireUser } from "@aws-sdk/client-iam";
import { userArn } from "../../../platform/identity/arns.ts";
import type { User } from "../../../platform/identity/documents.ts";
import type { Resource } from "../../../platform/state/state.ts";
import type { IamDeps } from "../operation.ts";
import { tagsMember } from "../tags/tags.ts";

/** A user as lists show it. */
export function userInList(deps: Pick<IamDeps, "identity">, { ref, document }: Resource<User>) {
  const { name, path, id, createdAt } = document;
  const lastUsed = deps.identity.directory.logins.get(ref.account, id)?.document.lastUsedAt;
  return {
    Path: path,
    UserName: name,
    UserId: id,
    Arn: userArn(ref.account, document),
    CreateDate: new Date(createdAt),
    ...(lastUsed !== undefined && { PasswordLastUsed: new Date(lastUsed) }),
  } satisfies WireUser;
}

export function userAnswer(deps: Pick<IamDeps, "identity">, user: Resource<User>) {
  return {
    ...userInList(deps, user),
    ...boundaryMember(user.document.boundary),
    ...tagsMember(user.document.tags),
  } satisfies WireUser;
}

export const boundaryMember = (boundary: string | undefined) =>
  boundary === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: "PermissionsBoundaryPolicy" as const,
          PermissionsBoundaryArn: boundary,
        },
      };
