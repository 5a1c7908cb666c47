import { canonicalId } from "../access/acl.ts";
import { refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";
import { BUCKET_KIND, type Bucket } from "./bucket.ts";

export const listBuckets: S3Operation<"ListBuckets"> = async (input, call, { state }) => {
  const { Prefix = "", BucketRegion, MaxBuckets = 10_000, ContinuationToken } = input;
  if (MaxBuckets < 1 || MaxBuckets > 10_000)
    throw refusal("InvalidArgument", "Argument max-buckets must be an integer between 1 and 10000.");
  const after = ContinuationToken === undefined ? "" : Buffer.from(ContinuationToken, "base64url").toString("utf8");
  const found = state
    .list<Bucket>({ kind: BUCKET_KIND, account: "", region: "", prefix: Prefix, after })
    .filter(
      ({ document }) => document.account === call.account && (BucketRegion ?? document.region) === document.region,
    );
  const page = found.slice(0, MaxBuckets);
  const last = page.at(-1);
  return {
    Owner: { ID: canonicalId(call.account) },
    Buckets: page.map(({ ref, document }) => ({
      Name: ref.key,
      CreationDate: new Date(document.createdAt),
      BucketArn: `arn:aws:s3:::${ref.key}`,
      // S3 tells the region only to those who ask page by page.
      ...((input.MaxBuckets !== undefined || BucketRegion !== undefined) && { BucketRegion: document.region }),
    })),
    ...(Prefix !== "" && { Prefix }),
    ...(found.length > page.length && last && { ContinuationToken: Buffer.from(last.ref.key).toString("base64url") }),
  };
};
