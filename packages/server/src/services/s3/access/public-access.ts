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

export const getPublicAccessBlock: S3Operation<"GetPublicAccessBlock"> = async (input, _call, deps) => {
  const { publicAccess } = findBucket(deps, input).document;
  if (!publicAccess)
    throw refusal("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found");
  return {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: publicAccess.blockPublicAcls,
      IgnorePublicAcls: publicAccess.ignorePublicAcls,
      BlockPublicPolicy: publicAccess.blockPublicPolicy,
      RestrictPublicBuckets: publicAccess.restrictPublicBuckets,
    },
  };
};

export const putPublicAccessBlock: S3Operation<"PutPublicAccessBlock"> = async (input, call, deps) => {
  const given = input.PublicAccessBlockConfiguration;
  const publicAccess: PublicAccessBlock = {
    blockPublicAcls: given.BlockPublicAcls ?? false,
    ignorePublicAcls: given.IgnorePublicAcls ?? false,
    blockPublicPolicy: given.BlockPublicPolicy ?? false,
    restrictPublicBuckets: given.RestrictPublicBuckets ?? false,
  };
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
