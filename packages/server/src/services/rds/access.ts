import type { Call } from "@nephoscope/wire";
import { type Need, requestTags, type ServiceAccess, serviceAccess, tagKeys } from "../../platform/access/need.ts";
import { type Database, databaseRef } from "./database.ts";
import type { RdsDeps, RdsSdk } from "./operation.ts";

const need = (operation: string, resource: string, keys?: Need["keys"]): Need => ({
  action: `rds:${operation}`,
  resource,
  ...(keys !== undefined && { keys }),
});
const arnOf = ({ region, account }: Call, name: string | undefined): string =>
  name?.startsWith("arn:") ? name : `arn:aws:rds:${region}:${account}:db:${(name ?? "*").toLowerCase()}`;

const ofDatabase = (operation: string) => (input: { readonly DBInstanceIdentifier?: string | undefined }, call: Call) =>
  need(operation, arnOf(call, input.DBInstanceIdentifier));

/** What each operation needs (Service Authorization Reference, "Amazon RDS"). */
export const rdsAccess = ({ state }: Pick<RdsDeps, "state">): ServiceAccess =>
  serviceAccess<RdsSdk>(
    {
      AddTagsToResource: (input, call) =>
        need("AddTagsToResource", arnOf(call, input.ResourceName), requestTags(input.Tags)),
      CreateDBInstance: (input, call) =>
        need("CreateDBInstance", arnOf(call, input.DBInstanceIdentifier), {
          ...requestTags(input.Tags),
          "rds:DatabaseEngine": input.Engine,
          "rds:DatabaseClass": input.DBInstanceClass,
        }),
      DeleteDBInstance: ofDatabase("DeleteDBInstance"),
      DescribeDBInstances: ofDatabase("DescribeDBInstances"),
      DescribeDBLogFiles: ofDatabase("DescribeDBLogFiles"),
      ListTagsForResource: (input, call) => need("ListTagsForResource", arnOf(call, input.ResourceName)),
      ModifyDBInstance: ofDatabase("ModifyDBInstance"),
      RebootDBInstance: ofDatabase("RebootDBInstance"),
      RemoveTagsFromResource: (input, call) =>
        need("RemoveTagsFromResource", arnOf(call, input.ResourceName), tagKeys(input.TagKeys)),
    },
    {
      resource(arn, call) {
        const name = /:db:([^:*]+)$/.exec(arn)?.[1];
        const found = name === undefined ? undefined : state.get<Database>(databaseRef(call, name));
        return found && { account: call.account, tags: found.document.tags };
      },
    },
  );
