import { type ServiceAccess, serviceAccess } from "../../platform/access/need.ts";
import type { OrganizationsDeps, OrganizationsSdk } from "./operation.ts";
import { accountArn } from "./organization.ts";

/** What each operation of Organizations needs (Service Authorization Reference, "AWS Organizations"). */
export function organizationsAccess(deps: Pick<OrganizationsDeps, "managementAccount">): ServiceAccess {
  return serviceAccess<OrganizationsSdk>({
    CreateAccount: () => ({ action: "organizations:CreateAccount", resource: "*" }),
    DescribeAccount: ({ AccountId }) => ({
      action: "organizations:DescribeAccount",
      resource: accountArn(deps, AccountId),
    }),
    DescribeCreateAccountStatus: () => ({ action: "organizations:DescribeCreateAccountStatus", resource: "*" }),
    DescribeOrganization: () => ({ action: "organizations:DescribeOrganization", resource: "*" }),
    ListAccounts: () => ({ action: "organizations:ListAccounts", resource: "*" }),
    ListCreateAccountStatus: () => ({ action: "organizations:ListCreateAccountStatus", resource: "*" }),
  });
}
