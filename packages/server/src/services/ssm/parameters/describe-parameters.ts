import type { SsmOperation } from "../operation.ts";
import { pageOf, readPageToken } from "../page.ts";
import { filterOf } from "./filters.ts";
import { PARAMETER_KIND, type Parameter, parameterArn, versionsOf } from "./parameter.ts";

const PAGE = 50;
const KEYS = ["Name", "Type", "KeyId", "Path", "Label", "Tier", "DataType", "tag"];

export const describeParameters: SsmOperation<"DescribeParameters"> = async (input, call, { state }) => {
  if (input.Filters !== undefined && input.ParameterFilters !== undefined)
    throw call.error("ValidationException", "Filters and ParameterFilters can't be used together.");
  if (input.Shared === true) return { Parameters: [] };
  const filters = [
    ...(input.ParameterFilters ?? []),
    // The older form: names begin with the value, the rest is equal to it.
    ...(input.Filters ?? []).map(({ Key, Values }) => ({
      Key,
      Values,
      Option: Key === "Name" ? "BeginsWith" : "Equals",
    })),
  ].map((filter) => filterOf(call, filter, KEYS));
  const after = readPageToken(input.NextToken, (message) => call.error("InvalidNextToken", message));
  const all = state
    .list<Parameter>({ kind: PARAMETER_KIND, account: call.account, region: call.region })
    .filter((parameter) => filters.every((passes) => passes(parameter, versionsOf(state, call, parameter.ref.key))));
  const { items, ...next } = pageOf(all, ({ ref }) => ref.key, { after, limit: input.MaxResults ?? PAGE });
  return {
    Parameters: items.map(({ ref, document: { version, latest } }) => ({
      Name: ref.key,
      ARN: parameterArn(call, ref.key),
      Type: latest.type,
      ...(latest.keyId !== undefined && { KeyId: latest.keyId }),
      LastModifiedDate: new Date(latest.modifiedAt),
      LastModifiedUser: latest.modifiedBy,
      ...(latest.description !== "" && { Description: latest.description }),
      ...(latest.allowedPattern !== "" && { AllowedPattern: latest.allowedPattern }),
      Version: version,
      Tier: latest.tier,
      Policies: [],
      DataType: latest.dataType,
    })),
    ...next,
  };
};
