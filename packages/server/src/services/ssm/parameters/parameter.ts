import type { Scope } from "../../../platform/fleet/host.ts";
import { type KeyContext, KeyRefused, type KeyUser } from "../../../platform/keys/keys.ts";
import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { SsmCall, SsmDeps } from "../operation.ts";

export type ParameterType = "String" | "StringList" | "SecureString";

/** A parameter; each version's value is kept by itself. */
export interface Parameter {
  readonly version: number;
  /** The oldest version that is kept. */
  readonly oldest: number;
  readonly tags: Readonly<Record<string, string>>;
  /** What lists show, of the newest version. */
  readonly latest: Omit<ParameterVersion, "value" | "labels">;
}

export interface ParameterVersion {
  readonly type: ParameterType;
  readonly tier: "Standard" | "Advanced";
  readonly dataType: string;
  readonly description: string;
  readonly allowedPattern: string;
  /** SecureString only: what the key was called. */
  readonly keyId?: string;
  /** Of a SecureString in base64, sealed by its key. */
  readonly value: string;
  readonly labels: readonly string[];
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  readonly modifiedBy: string;
}

export const PARAMETER_KIND = "ssm.parameter";
export const VERSION_KIND = "ssm.parameter-version";

export const parameterRef = ({ account, region }: Scope, name: string): ResourceRef => ({
  kind: PARAMETER_KIND,
  account,
  region,
  key: name,
});

const VERSION_DIGITS = 10;

/** In the order of versions. No name has a colon. */
export const versionRef = ({ account, region }: Scope, name: string, version: number): ResourceRef => ({
  kind: VERSION_KIND,
  account,
  region,
  key: `${name}:${String(version).padStart(VERSION_DIGITS, "0")}`,
});
export const versionOf = ({ ref }: Resource<ParameterVersion>): number => Number(ref.key.slice(-VERSION_DIGITS));

export const parameterArn = ({ account, region }: Scope, name: string): string =>
  `arn:aws:ssm:${region}:${account}:parameter${name.startsWith("/") ? "" : "/"}${name}`;

/** All versions that are kept, oldest first. */
export const versionsOf = (state: State, { account, region }: Scope, name: string): Resource<ParameterVersion>[] =>
  state.list<ParameterVersion>({ kind: VERSION_KIND, account, region, prefix: `${name}:` });

/** What a request calls a parameter by: a name or an ARN, then perhaps `:version` or `:label`. */
export interface Selected {
  readonly name: string;
  readonly selector: string | undefined;
}

export function readSelector(scope: Scope, text: string): Selected {
  const arn = /^arn:aws[a-z-]*:ssm:([a-z0-9-]+):(\d{12}):parameter(\/.+)$/.exec(text);
  // Whether the name in an ARN begins with a slash can't be told: one without has no further slash.
  const path = arn?.[3];
  const plain = path === undefined ? text : path.indexOf("/", 1) < 0 ? path.slice(1) : path;
  if (arn !== null && (arn[1] !== scope.region || arn[2] !== scope.account)) return { name: "", selector: undefined };
  const colon = plain.indexOf(":");
  return colon < 0
    ? { name: plain, selector: undefined }
    : { name: plain.slice(0, colon), selector: plain.slice(colon + 1) };
}

export type Found =
  | { readonly name: string; readonly selector: string | undefined; readonly found: Resource<ParameterVersion> }
  | { readonly name: string; readonly missing: "parameter" | "version" };

/** The version that a request names: the newest, one by its number, or one by a label. */
export function findVersion(state: State, scope: Scope, text: string): Found {
  const { name, selector } = readSelector(scope, text);
  const parameter = state.get<Parameter>(parameterRef(scope, name));
  if (parameter === undefined) return { name, missing: "parameter" };
  const version =
    selector === undefined
      ? parameter.document.version
      : /^[1-9]\d{0,9}$/.test(selector)
        ? Number(selector)
        : undefined;
  const found =
    version === undefined
      ? versionsOf(state, scope, name).find(({ document }) => document.labels.includes(selector ?? ""))
      : state.get<ParameterVersion>(versionRef(scope, name, version));
  return found === undefined ? { name, missing: "version" } : { name, selector, found };
}

/** The encryption context that Parameter Store uses (user guide, "How Parameter Store uses AWS KMS"). */
export const contextOf = (scope: Scope, name: string): KeyContext => ({ PARAMETER_ARN: parameterArn(scope, name) });

export const keyUser = (call: SsmCall, name: string): KeyUser => ({
  principal: call.principal,
  account: call.account,
  region: call.region,
  service: "ssm",
  sourceArn: parameterArn(call, name),
  requestId: call.requestId,
});

/** The value as the caller may see it: of a SecureString the text only when asked for, and with the right to decrypt. */
export async function shownValue(
  { keys }: Pick<SsmDeps, "keys">,
  call: SsmCall,
  name: string,
  { type, value }: ParameterVersion,
  decrypt: boolean,
): Promise<string> {
  if (type !== "SecureString" || !decrypt) return value;
  try {
    const plain = await keys.decrypt(keyUser(call, name), Buffer.from(value, "base64"), contextOf(call, name));
    return plain.toString("utf8");
  } catch (error) {
    if (error instanceof KeyRefused) throw keyError(call, error);
    throw error;
  }
}

export const keyError = (call: SsmCall, { code, message }: KeyRefused): Error =>
  code === "AccessDeniedException"
    ? call.error("AccessDeniedException", message)
    : call.error("InvalidKeyId", `${message} (Service: AWSKMS; Error Code: ${code})`);

export const parameterNotFound = (call: SsmCall, name: string): Error =>
  call.error("ParameterNotFound", `Parameter ${name} not found.`);

export const versionNotFound = (call: SsmCall, name: string, version: string): Error =>
  call.error(
    "ParameterVersionNotFound",
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  );
