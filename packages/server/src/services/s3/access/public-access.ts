import type { Policy, Statement } from "@nephoscope/languages/iam-policy";
import { findBucket } from "../buckets/bucket.ts";
import { changeBucket } from "../buckets/change-bucket.ts";
import { refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";

/** What keeps a bucket from the public whatever its policy and access lists say (S3 user guide, "Blocking public access"). */
export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

/** What S3 gives new buckets. */
export const ALL_BLOCKED: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
};

const NONE_BLOCKED: PublicAccessBlock = {
  blockPublicAcls: false,
  ignorePublicAcls: false,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
};

/** What holds for a bucket: of its own block and its account's the stricter, setting by setting. */
export function stricter(
  own: PublicAccessBlock = NONE_BLOCKED,
  ofAccount: PublicAccessBlock = NONE_BLOCKED,
): PublicAccessBlock {
  return {
    blockPublicAcls: own.blockPublicAcls || ofAccount.blockPublicAcls,
    ignorePublicAcls: own.ignorePublicAcls || ofAccount.ignorePublicAcls,
    blockPublicPolicy: own.blockPublicPolicy || ofAccount.blockPublicPolicy,
    restrictPublicBuckets: own.restrictPublicBuckets || ofAccount.restrictPublicBuckets,
  };
}

/** A block as S3's APIs have it. */
interface BlockDocument {
  readonly BlockPublicAcls?: boolean | undefined;
  readonly IgnorePublicAcls?: boolean | undefined;
  readonly BlockPublicPolicy?: boolean | undefined;
  readonly RestrictPublicBuckets?: boolean | undefined;
}

/** What a call does not name is not blocked. */
export const blockOf = (given: BlockDocument): PublicAccessBlock => ({
  blockPublicAcls: given.BlockPublicAcls ?? false,
  ignorePublicAcls: given.IgnorePublicAcls ?? false,
  blockPublicPolicy: given.BlockPublicPolicy ?? false,
  restrictPublicBuckets: given.RestrictPublicBuckets ?? false,
});

export const told = (block: PublicAccessBlock) => ({
  BlockPublicAcls: block.blockPublicAcls,
  IgnorePublicAcls: block.ignorePublicAcls,
  BlockPublicPolicy: block.blockPublicPolicy,
  RestrictPublicBuckets: block.restrictPublicBuckets,
});

export const noBlock = () =>
  refusal("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found");

export const getPublicAccessBlock: S3Operation<"GetPublicAccessBlock"> = async (input, _call, deps) => {
  const { publicAccess } = findBucket(deps, input).document;
  if (!publicAccess) throw noBlock();
  return { PublicAccessBlockConfiguration: told(publicAccess) };
};

export const putPublicAccessBlock: S3Operation<"PutPublicAccessBlock"> = async (input, call, deps) => {
  const publicAccess = blockOf(input.PublicAccessBlockConfiguration);
  await changeBucket(deps, call, input, (bucket) => ({ ...bucket, publicAccess }));
  return {};
};

export const deletePublicAccessBlock: S3Operation<"DeletePublicAccessBlock"> = async (input, call, deps) => {
  await changeBucket(deps, call, input, ({ publicAccess: _, ...bucket }) => bucket);
  return {};
};

/**
 * Condition keys whose fixed values name someone, in lower case: a statement for everybody that has one of them is not public (S3 user
 * guide, "The meaning of public").
 */
const FIXING: ReadonlySet<string> = new Set([
  "aws:principalorgid",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgpaths",
  "aws:sourcearn",
  "aws:sourceaccount",
  "aws:sourceowner",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:userid",
  "s3:dataaccesspointaccount",
  "s3:dataaccesspointarn",
  "s3:x-amz-server-side-encryption-aws-kms-key-id",
]);
const FIXING_OPERATORS: ReadonlySet<string> = new Set([
  "StringEquals",
  "StringEqualsIgnoreCase",
  "StringLike",
  "ArnEquals",
  "ArnLike",
]);

/** Whether a policy lets in people whom nobody knows. */
export const isPublicPolicy = (policy: Policy): boolean => policy.statements.some(isPublicStatement);

function isPublicStatement({ effect, principal, conditions }: Statement): boolean {
  if (effect !== "Allow" || principal === undefined) return false;
  const everybody = principal.everyone || principal.not || principal.aws.includes("*");
  if (!everybody) return false;
  return !conditions.some(({ operator, quantifier, ifExists, key, values }) => {
    // Such conditions also hold where the key is not there at all.
    if (ifExists || quantifier === "all") return false;
    if (operator === "IpAddress") return key.toLowerCase() === "aws:sourceip" && values.every(isNarrowRange);
    return (
      FIXING_OPERATORS.has(operator) && FIXING.has(key.toLowerCase()) && values.every((value) => isFixed(value, key))
    );
  });
}

/** A part of an ARN may be open as long as the account is not. */
function isFixed(value: string, key: string): boolean {
  if (/\$\{/.test(value)) return false;
  if (key.toLowerCase() === "aws:userid") return !/[*?]/.test(value.replace(/:\*$/, "")) && !value.startsWith("*");
  if (value.startsWith("arn:")) return !/[*?]/.test(value.split(":")[4] ?? "*") && (value.split(":")[4] ?? "") !== "";
  return !/[*?]/.test(value);
}

/** S3 counts ranges as public that are wider than a sixteenth of a million addresses' worth of networks: /8 and, of IPv6, /32. */
function isNarrowRange(range: string): boolean {
  const [address = "", length] = range.split("/");
  const bits = length === undefined ? 128 : Number(length);
  return address.includes(":") ? bits >= 32 : bits >= 8;
}
