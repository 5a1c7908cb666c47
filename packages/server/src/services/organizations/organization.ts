import { createHash } from "node:crypto";
import type { Account } from "../../platform/identity/documents.ts";
import type { OrganizationsCall, OrganizationsDeps, OrganizationsOperation } from "./operation.ts";

/** The installation is one organization, whose ids are made of its management account's number. */
const idOf = (account: string, length: number): string =>
  createHash("sha256").update(`organization ${account}`).digest("hex").slice(0, length);

const organizationId = ({ managementAccount }: Pick<OrganizationsDeps, "managementAccount">): string =>
  `o-${idOf(managementAccount, 10)}`;

export const accountArn = (deps: Pick<OrganizationsDeps, "managementAccount">, account: string): string =>
  `arn:aws:organizations::${deps.managementAccount}:account/${organizationId(deps)}/${account}`;

/** Only the management account may make accounts and see the others. */
export function requireManagement({ managementAccount }: OrganizationsDeps, call: OrganizationsCall): void {
  if (call.account === managementAccount) return;
  throw call.error("AccessDeniedException", "You don't have permissions to access this resource.");
}

export const accountAnswer = (deps: OrganizationsDeps, { id, name, email, joined, createdAt }: Account) => ({
  Id: id,
  Arn: accountArn(deps, id),
  Email: email,
  Name: name,
  Status: "ACTIVE" as const,
  State: "ACTIVE" as const,
  JoinedMethod: joined === "created" ? ("CREATED" as const) : ("INVITED" as const),
  JoinedTimestamp: new Date(createdAt),
});

export const describeOrganization: OrganizationsOperation<"DescribeOrganization"> = async (_input, _call, deps) => {
  const management = deps.directory.accounts.get("", deps.managementAccount)?.document;
  const id = organizationId(deps);
  return {
    Organization: {
      Id: id,
      Arn: `arn:aws:organizations::${deps.managementAccount}:organization/${id}`,
      FeatureSet: "ALL" as const,
      MasterAccountArn: accountArn(deps, deps.managementAccount),
      MasterAccountId: deps.managementAccount,
      ...(management !== undefined && { MasterAccountEmail: management.email }),
      AvailablePolicyTypes: [],
    },
  };
};
