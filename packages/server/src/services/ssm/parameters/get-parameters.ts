import type { Resource } from "../../../platform/state/state.ts";
import type { SsmCall, SsmDeps, SsmOperation, SsmOutput } from "../operation.ts";
import { pageOf, readPageToken } from "../page.ts";
import { filterOf } from "./filters.ts";
import {
  findVersion,
  PARAMETER_KIND,
  type Parameter,
  type ParameterVersion,
  parameterArn,
  parameterNotFound,
  parameterRef,
  readSelector,
  shownValue,
  versionNotFound,
  versionOf,
  versionRef,
  versionsOf,
} from "./parameter.ts";

type Shown = NonNullable<SsmOutput<"GetParameter">["Parameter"]>;

const PATH_PAGE = 10;
const HISTORY_PAGE = 50;

async function show(
  deps: SsmDeps,
  call: SsmCall,
  { name, selector, found }: { name: string; selector: string | undefined; found: Resource<ParameterVersion> },
  decrypt: boolean,
): Promise<Shown> {
  const { type, dataType, modifiedAt } = found.document;
  return {
    Name: name,
    Type: type,
    Value: await shownValue(deps, call, name, found.document, decrypt),
    Version: versionOf(found),
    ...(selector !== undefined && { Selector: `:${selector}` }),
    LastModifiedDate: new Date(modifiedAt),
    ARN: parameterArn(call, name),
    DataType: dataType,
  };
}

export const getParameter: SsmOperation<"GetParameter"> = async (input, call, deps) => {
  const found = findVersion(deps.state, call, input.Name);
  if ("missing" in found) {
    throw found.missing === "parameter"
      ? parameterNotFound(call, input.Name)
      : versionNotFound(call, found.name, readSelector(call, input.Name).selector ?? "");
  }
  return { Parameter: await show(deps, call, found, input.WithDecryption === true) };
};

export const getParameters: SsmOperation<"GetParameters"> = async (input, call, deps) => {
  if (new Set(input.Names).size !== input.Names.length)
    throw call.error("ValidationException", "Duplicate parameters are not allowed in GetParameters request.");
  const Parameters: Shown[] = [];
  const InvalidParameters: string[] = [];
  for (const name of input.Names) {
    const found = findVersion(deps.state, call, name);
    if ("missing" in found) InvalidParameters.push(name);
    else Parameters.push(await show(deps, call, found, input.WithDecryption === true));
  }
  return { Parameters, InvalidParameters };
};

export const getParametersByPath: SsmOperation<"GetParametersByPath"> = async (input, call, deps) => {
  const { state } = deps;
  if (!input.Path.startsWith("/") || /\/\/|[^A-Za-z0-9_./-]/.test(input.Path))
    throw call.error(
      "ValidationException",
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
    );
  const folder = input.Path.endsWith("/") ? input.Path : `${input.Path}/`;
  const filters = (input.ParameterFilters ?? []).map((filter) => filterOf(call, filter, ["Type", "KeyId", "Label"]));
  const after = readPageToken(input.NextToken, (message) => call.error("InvalidNextToken", message));
  const all = state
    // Everything stands under "/", also what has no slash before it.
    .list<Parameter>({
      kind: PARAMETER_KIND,
      account: call.account,
      region: call.region,
      prefix: folder === "/" ? "" : folder,
    })
    .filter(
      ({ ref: { key } }) =>
        input.Recursive === true ||
        !key.slice(folder === "/" && !key.startsWith("/") ? 0 : folder.length).includes("/"),
    )
    .filter((parameter) => filters.every((passes) => passes(parameter, versionsOf(state, call, parameter.ref.key))));
  const { items, ...next } = pageOf(all, ({ ref }) => ref.key, { after, limit: input.MaxResults ?? PATH_PAGE });
  const Parameters: Shown[] = [];
  for (const { ref, document } of items) {
    const found = state.get<ParameterVersion>(versionRef(call, ref.key, document.version));
    if (found !== undefined)
      Parameters.push(
        await show(deps, call, { name: ref.key, selector: undefined, found }, input.WithDecryption === true),
      );
  }
  return { Parameters, ...next };
};

export const getParameterHistory: SsmOperation<"GetParameterHistory"> = async (input, call, deps) => {
  const { name } = readSelector(call, input.Name);
  if (deps.state.get(parameterRef(call, name)) === undefined) throw parameterNotFound(call, input.Name);
  const after = readPageToken(input.NextToken, (message) => call.error("InvalidNextToken", message));
  const all = versionsOf(deps.state, call, name);
  const { items, ...next } = pageOf(all, ({ ref }) => ref.key, { after, limit: input.MaxResults ?? HISTORY_PAGE });
  const Parameters = [];
  for (const found of items) {
    const { document } = found;
    Parameters.push({
      Name: name,
      Type: document.type,
      ...(document.keyId !== undefined && { KeyId: document.keyId }),
      LastModifiedDate: new Date(document.modifiedAt),
      LastModifiedUser: document.modifiedBy,
      ...(document.description !== "" && { Description: document.description }),
      Value: await shownValue(deps, call, name, document, input.WithDecryption === true),
      ...(document.allowedPattern !== "" && { AllowedPattern: document.allowedPattern }),
      Version: versionOf(found),
      Labels: [...document.labels],
      Tier: document.tier,
      Policies: [],
      DataType: document.dataType,
    });
  }
  return { Parameters, ...next };
};
