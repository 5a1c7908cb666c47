import { KeyRefused } from "../../../platform/keys/keys.ts";
import type { Change } from "../../../platform/state/state.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import type { SsmCall, SsmDeps, SsmInput, SsmOperation } from "../operation.ts";
import { checkTags, tagsOf } from "../tags/check-tags.ts";
import { checkName, checkValue } from "./check-parameter.ts";
import {
  contextOf,
  keyError,
  keyUser,
  PARAMETER_KIND,
  type Parameter,
  type ParameterType,
  type ParameterVersion,
  parameterRef,
  readSelector,
  versionOf,
  versionRef,
  versionsOf,
} from "./parameter.ts";

/** Versions of one parameter (user guide, "Working with parameter versions"); the oldest goes unless it has a label. */
const MAX_VERSIONS = 100;
/** Standard parameters of an account and region (AWS General Reference, quotas), and advanced ones. */
const MAX_PARAMETERS = 110_000;
const DEFAULT_KEY = "alias/aws/ssm";

export const putParameter: SsmOperation<"PutParameter"> = async (input, call, deps) => {
  const { name } = readSelector(call, input.Name);
  if (name !== input.Name && !input.Name.startsWith("arn:"))
    throw call.error("ValidationException", "A parameter's name has no version or label when it is put.");
  checkName(call, name);
  if (input.Policies !== undefined)
    throw call.error(
      "InvalidPolicyTypeException",
      "Parameter policies (Expiration, ExpirationNotification, NoChangeNotification) are not supported.",
    );
  if (input.DataType !== undefined && input.DataType !== "text")
    throw call.error("ValidationException", `The data type ${input.DataType} is not supported: text is.`);
  const tags = tagsOf(input.Tags);
  checkTags(call, tags);
  return againOnConflict(call, () => put(input, name, tags, call, deps));
};

async function put(
  input: SsmInput<"PutParameter">,
  name: string,
  tags: Readonly<Record<string, string>>,
  call: SsmCall,
  deps: SsmDeps,
) {
  const { state, clock } = deps;
  const known = state.get<Parameter>(parameterRef(call, name));
  if (known !== undefined && input.Overwrite !== true)
    throw call.error(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  if (known !== undefined && input.Tags !== undefined)
    throw call.error(
      "ValidationException",
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  const type: ParameterType | undefined = input.Type ?? known?.document.latest.type;
  if (type === undefined)
    throw call.error("ValidationException", "A parameter type is required when you create a parameter.");
  const before = known?.document.latest;
  if (before !== undefined && type !== before.type)
    throw call.error(
      "HierarchyTypeMismatchException",
      `The parameter ${name} is a ${before.type}. A parameter's type can't be changed: delete it and put it anew.`,
    );
  if (input.KeyId !== undefined && type !== "SecureString")
    throw call.error("ValidationException", `KeyId is for SecureString parameters, and ${name} is a ${type}.`);
  if (
    known === undefined &&
    state.list({ kind: PARAMETER_KIND, account: call.account, region: call.region, limit: MAX_PARAMETERS }).length >=
      MAX_PARAMETERS
  )
    throw call.error("ParameterLimitExceeded", `There are ${MAX_PARAMETERS} parameters, as many as there may be.`);
  const tier = tierOf(input, before?.tier);
  const allowedPattern = input.AllowedPattern ?? before?.allowedPattern ?? "";
  checkValue(call, { value: input.Value, tier, pattern: allowedPattern, type });

  const version = (known?.document.version ?? 0) + 1;
  const keyId = type === "SecureString" ? (input.KeyId ?? before?.keyId ?? DEFAULT_KEY) : undefined;
  const latest: Parameter["latest"] = {
    type,
    tier,
    dataType: "text",
    description: input.Description ?? before?.description ?? "",
    allowedPattern,
    ...(keyId !== undefined && { keyId }),
    modifiedAt: clock.now(),
    modifiedBy: call.principal.arn,
  };
  const stored: ParameterVersion = {
    ...latest,
    labels: [],
    value: keyId === undefined ? input.Value : await seal(deps, call, name, keyId, input.Value),
  };
  const kept = known === undefined ? [] : versionsOf(state, call, name);
  const changes: Change[] = [];
  const [oldest] = kept;
  if (kept.length >= MAX_VERSIONS && oldest !== undefined) {
    if (oldest.document.labels.length > 0)
      throw call.error(
        "ParameterMaxVersionLimitExceeded",
        `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${versionOf(oldest)}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
      );
    changes.push({ remove: oldest.ref, expect: "any" });
  }
  const document: Parameter = {
    version,
    oldest: version - Math.min(kept.length, MAX_VERSIONS - 1),
    tags: known?.document.tags ?? tags,
    latest,
  };
  changes.push(
    { put: parameterRef(call, name), document, expect: known?.version ?? "absent" },
    { put: versionRef(call, name, version), document: stored, expect: "absent" },
  );
  await state.commit({ cause: causeOf(call), changes });
  return { Version: version, Tier: tier };
}

/** Advanced parameters can't become standard again (API reference, PutParameter, Tier). */
function tierOf(
  { Tier, Value }: SsmInput<"PutParameter">,
  before: "Standard" | "Advanced" | undefined,
): "Standard" | "Advanced" {
  if (Tier === "Advanced" || before === "Advanced") return "Advanced";
  return Tier === "Intelligent-Tiering" && Buffer.byteLength(Value) > 4_096 ? "Advanced" : "Standard";
}

async function seal({ keys }: SsmDeps, call: SsmCall, name: string, keyId: string, value: string): Promise<string> {
  try {
    const sealed = await keys.encrypt(keyUser(call, name), keyId, Buffer.from(value), contextOf(call, name));
    return sealed.toString("base64");
  } catch (error) {
    if (error instanceof KeyRefused) throw keyError(call, error);
    throw error;
  }
}
