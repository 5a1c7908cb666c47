import { findBucket } from "../buckets/bucket.ts";
import { changeBucket } from "../buckets/change-bucket.ts";
import { malformed, refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";

/** S3 API reference, PutBucketCors. */
const MAX_RULES = 100;
const METHODS: ReadonlySet<string> = new Set(["GET", "PUT", "HEAD", "POST", "DELETE"]);

export const getBucketCors: S3Operation<"GetBucketCors"> = async (input, _call, deps) => {
  const { cors } = findBucket(deps, input).document;
  if (!cors) throw refusal("NoSuchCORSConfiguration", "The CORS configuration does not exist");
  return {
    CORSRules: cors.map(({ id, origins, methods, headers, exposed, maxAge }) => ({
      ID: id,
      AllowedOrigins: [...origins],
      AllowedMethods: [...methods],
      ...(headers.length > 0 && { AllowedHeaders: [...headers] }),
      ...(exposed.length > 0 && { ExposeHeaders: [...exposed] }),
      MaxAgeSeconds: maxAge,
    })),
  };
};

export const putBucketCors: S3Operation<"PutBucketCors"> = async (input, call, deps) => {
  const given = input.CORSConfiguration.CORSRules;
  if (given.length === 0 || given.length > MAX_RULES) throw malformed();
  const cors = given.map((rule) => {
    const { AllowedOrigins: origins, AllowedMethods: methods, AllowedHeaders: headers = [] } = rule;
    if (origins.length === 0 || methods.length === 0) throw malformed();
    const unknown = methods.find((method) => !METHODS.has(method));
    if (unknown !== undefined)
      throw refusal(
        "InvalidRequest",
        `Found unsupported HTTP method in CORS config. Unsupported method is ${unknown.slice(0, 40)}`,
      );
    for (const [name, patterns] of [
      ["AllowedOrigin", origins],
      ["AllowedHeader", headers],
    ] as const)
      for (const pattern of patterns)
        if (pattern.split("*").length > 2)
          throw refusal("InvalidRequest", `${name} "${pattern.slice(0, 200)}" can not have more than one wildcard.`);
    return { id: rule.ID, origins, methods, headers, exposed: rule.ExposeHeaders ?? [], maxAge: rule.MaxAgeSeconds };
  });
  await changeBucket(deps, call, input, (bucket) => ({ ...bucket, cors }));
  return {};
};

export const deleteBucketCors: S3Operation<"DeleteBucketCors"> = async (input, call, deps) => {
  await changeBucket(deps, call, input, ({ cors: _, ...bucket }) => bucket);
  return {};
};
