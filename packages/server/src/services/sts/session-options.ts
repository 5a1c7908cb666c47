import { PolicyError, parsePolicy, policyErrorText } from "@nephoscope/languages/iam-policy";
import { parseIamArn } from "../../platform/identity/arns.ts";
import { packedSize, type SessionGrant, type SessionPolicies } from "../../platform/identity/session-token.ts";
import { type StsCall, type StsDeps, validationError } from "./operation.ts";

/** Characters of a session policy and its ARNs together, managed policies, tags (IAM user guide, "IAM and AWS STS quotas"). */
const MAX_POLICY_CHARACTERS = 2_048;
const MAX_POLICY_ARNS = 10;
const MAX_TAGS = 50;

/** Session policies of a call; undefined where it gives none. Managed ones must be AWS's or of the session's account. */
export function readSessionPolicies(
  { identity }: Pick<StsDeps, "identity">,
  call: StsCall,
  account: string,
  document: string | undefined,
  given: readonly { readonly arn?: string | undefined }[] | undefined,
): SessionPolicies | undefined {
  const arns = (given ?? []).map(({ arn = "" }) => arn);
  if (document === undefined && arns.length === 0) return undefined;
  if (arns.length > MAX_POLICY_ARNS) {
    throw validationError(`A session can have at most ${MAX_POLICY_ARNS} managed policies.`);
  }
  if ((document ?? "").length + arns.join("").length > MAX_POLICY_CHARACTERS) {
    throw call.error(
      "PackedPolicyTooLargeException",
      `The session policy and the ARNs have more than ${MAX_POLICY_CHARACTERS} characters.`,
    );
  }
  if (document !== undefined) {
    try {
      parsePolicy(document, "session");
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      throw call.error("MalformedPolicyDocumentException", policyErrorText(error, document));
    }
  }
  for (const arn of arns) {
    const parts = parseIamArn(arn);
    const own = parts?.account === account || parts?.account === "aws";
    if (!own || identity.sources.managed(arn) === undefined) {
      throw call.error("MalformedPolicyDocumentException", `The policy ${arn} is not found in the account ${account}.`);
    }
  }
  return { ...(document !== undefined && { document }), ...(arns.length > 0 && { arns }) };
}

type Given = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;

/** Tags of a session with those that came with the calling session and go on. Keys differ in more than their case. */
export function readSessionTags(
  given: Given,
  transitive: readonly string[] | undefined,
  from: SessionGrant | undefined,
): Pick<SessionGrant, "tags" | "transitive"> {
  const own = (given ?? []).map(({ Key = "", Value = "" }) => [Key, Value] as const);
  if (own.length > MAX_TAGS) throw validationError(`A session can have at most ${MAX_TAGS} tags.`);
  const fold = (key: string) => key.toLowerCase();
  const keys = new Set(own.map(([key]) => fold(key)));
  if (keys.size < own.length) {
    throw validationError("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }
  const reserved = own.find(([key]) => fold(key).startsWith("aws:"));
  if (reserved !== undefined) throw validationError(`Tag keys that begin with aws: are AWS's own: ${reserved[0]}`);
  const lacking = (transitive ?? []).find((key) => !keys.has(fold(key)));
  if (lacking !== undefined) {
    throw validationError(`The specified transitive tag key must be included in the requested tags: ${lacking}`);
  }
  const inherited = (from?.transitive ?? []).flatMap((key) => {
    const value = from?.tags?.[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  const conflict = inherited.find(([key]) => keys.has(fold(key)));
  if (conflict !== undefined) {
    throw validationError(
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${conflict[0]}`,
    );
  }
  const tags = [...inherited, ...own];
  if (tags.length === 0) return {};
  const onward = [...inherited.map(([key]) => key), ...own.map(([key]) => key).filter((key) => names(transitive, key))];
  return { tags: Object.fromEntries(tags), ...(onward.length > 0 && { transitive: onward }) };
}

const names = (list: readonly string[] | undefined, key: string): boolean =>
  (list ?? []).some((one) => one.toLowerCase() === key.toLowerCase());

/** As a member of the answer, where there is anything to pack; throws where there is too much. */
export function packedMember(
  call: StsCall,
  grant: Pick<SessionGrant, "policies" | "tags">,
): { PackedPolicySize?: number } {
  const size = packedSize(grant);
  if (size === 0) return {};
  if (size > 100) {
    throw call.error(
      "PackedPolicyTooLargeException",
      `Packed size of session policies and tags consumes ${size}% of the allotted space.`,
    );
  }
  return { PackedPolicySize: size };
}

/** The condition keys of the tags that a call sets. */
export const tagKeysOf = ({ tags = {}, transitive }: Pick<SessionGrant, "tags" | "transitive">) => ({
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  "aws:TagKeys": Object.keys(tags).length === 0 ? undefined : Object.keys(tags),
  "sts:TransitiveTagKeys": transitive,
});

/** STS takes sizes that its header can have. */
const MAX_TOKEN_LENGTH = 4_096;

export function tokenLength(minimum: number | undefined): number {
  if (minimum !== undefined && (minimum < 0 || minimum > MAX_TOKEN_LENGTH)) {
    throw validationError(`MinimumSessionTokenSize must be from 0 to ${MAX_TOKEN_LENGTH}.`);
  }
  return minimum ?? 0;
}
