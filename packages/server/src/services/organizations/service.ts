import { loadModel, type Service, service } from "@nephoscope/wire";
import { createAccount, describeCreateAccountStatus, listCreateAccountStatus } from "./create-account.ts";
import { describeAccount, listAccounts } from "./list-accounts.ts";
import type { OrganizationsDeps, OrganizationsSdk } from "./operation.ts";
import { describeOrganization } from "./organization.ts";

/** Organizations, as far as an installation has several accounts. */
export function organizationsService(deps: Omit<OrganizationsDeps, "failed">): Service {
  return service<OrganizationsSdk, OrganizationsDeps>(loadModel("organizations"), { requireAll: true })(
    {
      CreateAccount: createAccount,
      DescribeAccount: describeAccount,
      DescribeCreateAccountStatus: describeCreateAccountStatus,
      DescribeOrganization: describeOrganization,
      ListAccounts: listAccounts,
      ListCreateAccountStatus: listCreateAccountStatus,
    },
    { ...deps, failed: new Map() },
  );
}
