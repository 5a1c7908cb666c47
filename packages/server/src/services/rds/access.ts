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

/** RDS has keys of its own for tags beside the global ones. */
const requested = (tags: Parameters<typeof requestTags>[0]): NonNullable<Need["keys"]> => {
  const keys = requestTags(tags);
  const own = Object.entries(keys).flatMap(([key, value]) =>
    key.startsWith("aws:RequestTag/") ? [[key.replace("aws:RequestTag/", "rds:req-tag/"), value] as const] : [],
  );
  return { ...keys, ...Object.fromEntries(own) };
};

const ofDatabase = (operation: string) => (input: { readonly DBInstanceIdentifier?: string | undefined }, call: Call) =>
  need(operation, arnOf(call, input.DBInstanceIdentifier));

/** What each operation needs (Service Authorization Reference, "Amazon RDS"). */
export const rdsAccess = ({ state }: Pick<RdsDeps, "state">): ServiceAccess =>
  serviceAccess<RdsSdk>(
    {
      AddTagsToResource: (input, call) =>
        need("AddTagsToResource", arnOf(call, input.ResourceName), requested(input.Tags)),
      CreateDBInstance: (input, call) => {
        const made = need("CreateDBInstance", arnOf(call, input.DBInstanceIdentifier), {
          ...requested(input.Tags),
          "rds:DatabaseEngine": input.Engine,
          "rds:DatabaseClass": input.DBInstanceClass,
        });
        return (input.Tags ?? []).length === 0 ? made : [made, { ...made, action: "rds:AddTagsToResource" }];
      },
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
        if (found === undefined) return undefined;
        const { tags } = found.document;
        const keys = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`rds:db-tag/${key}`, value]));
        return { account: call.account, tags, keys };
      },
    },
  );
