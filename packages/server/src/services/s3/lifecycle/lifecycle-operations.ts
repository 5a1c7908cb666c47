import { randomUUID } from "node:crypto";
import { findBucket } from "../buckets/bucket.ts";
import { changeBucket } from "../buckets/change-bucket.ts";
import { malformed, notImplemented, refusal } from "../failures.ts";
import type { S3Input, S3Operation } from "../operation.ts";
import type { LifecycleFilter, LifecycleRule } from "./lifecycle-rules.ts";

/** S3 user guide, "Lifecycle configuration elements". */
const MAX_RULES = 1_000;
const MAX_KEPT = 100;
const DAY_MS = 86_400_000;

type Given = NonNullable<
  NonNullable<S3Input<"PutBucketLifecycleConfiguration">["LifecycleConfiguration"]>["Rules"]
>[number];

export const getBucketLifecycleConfiguration: S3Operation<"GetBucketLifecycleConfiguration"> = async (
  input,
  _call,
  deps,
) => {
  const { lifecycle } = findBucket(deps, input).document;
  if (!lifecycle) throw refusal("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist");
  return { Rules: lifecycle.map(told) };
};

export const putBucketLifecycleConfiguration: S3Operation<"PutBucketLifecycleConfiguration"> = async (
  input,
  call,
  deps,
) => {
  const given = input.LifecycleConfiguration?.Rules ?? [];
  if (given.length === 0 || given.length > MAX_RULES) throw malformed();
  const lifecycle = given.map(ruleOf);
  if (new Set(lifecycle.map(({ id }) => id)).size < lifecycle.length)
    throw refusal("InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule");
  await changeBucket(deps, call, input, (bucket) => ({ ...bucket, lifecycle }));
  return {};
};

export const deleteBucketLifecycle: S3Operation<"DeleteBucketLifecycle"> = async (input, call, deps) => {
  await changeBucket(deps, call, input, ({ lifecycle: _, ...bucket }) => bucket);
  return {};
};

function days(value: number | undefined, name: string): number {
  if (value === undefined || !Number.isInteger(value) || value < 1)
    throw refusal("InvalidArgument", `'${name}' must be a positive integer`);
  return value;
}

function ruleOf(given: Given): LifecycleRule {
  if ((given.Transitions ?? []).length > 0 || (given.NoncurrentVersionTransitions ?? []).length > 0)
    throw notImplemented("Moving objects to another storage class");
  if (given.Status !== "Enabled" && given.Status !== "Disabled") throw malformed();
  const { Expiration, NoncurrentVersionExpiration: noncurrent, AbortIncompleteMultipartUpload: abort } = given;
  if (!Expiration && !noncurrent && !abort)
    throw refusal("InvalidRequest", "At least one action needs to be specified in a rule");
  const filter = filterOf(given);
  const bySizeOrTags =
    Object.keys(filter.tags).length > 0 || filter.greaterThan !== undefined || filter.lessThan !== undefined;
  if (bySizeOrTags && (abort || Expiration?.ExpiredObjectDeleteMarker))
    throw refusal(
      "InvalidRequest",
      "AbortIncompleteMultipartUpload and ExpiredObjectDeleteMarker cannot be specified with tags or sizes",
    );
  const keep = noncurrent?.NewerNoncurrentVersions ?? 0;
  if (keep > MAX_KEPT || keep < 0)
    throw refusal("InvalidArgument", `'NewerNoncurrentVersions' must be at most ${MAX_KEPT}`);
  return {
    id: given.ID ?? randomUUID(),
    enabled: given.Status === "Enabled",
    filter,
    bare: given.Prefix !== undefined,
    ...(Expiration && { expiration: expirationOf(Expiration) }),
    ...(noncurrent && { noncurrent: { days: days(noncurrent.NoncurrentDays, "NoncurrentDays"), keep } }),
    ...(abort && { abortAfterDays: days(abort.DaysAfterInitiation, "DaysAfterInitiation") }),
  };
}

function expirationOf({ Days, Date: date, ExpiredObjectDeleteMarker }: NonNullable<Given["Expiration"]>) {
  if ([Days, date, ExpiredObjectDeleteMarker].filter((one) => one !== undefined).length !== 1) throw malformed();
  if (date !== undefined) {
    if (date.getTime() % DAY_MS !== 0) throw refusal("InvalidArgument", "'Date' must be at midnight GMT");
    return { date: date.getTime() };
  }
  if (Days !== undefined) return { days: days(Days, "Days") };
  return ExpiredObjectDeleteMarker ? ({ emptyMarkers: true } as const) : undefined;
}

function filterOf({ Filter, Prefix }: Given): LifecycleFilter {
  if (Filter !== undefined && Prefix !== undefined) throw malformed();
  const all = Filter?.And;
  const tags = all?.Tags ?? (Filter?.Tag ? [Filter.Tag] : []);
  return {
    prefix: all?.Prefix ?? Filter?.Prefix ?? Prefix ?? "",
    tags: Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    greaterThan: Number(all?.ObjectSizeGreaterThan ?? Filter?.ObjectSizeGreaterThan ?? Number.NaN) || undefined,
    lessThan: Number(all?.ObjectSizeLessThan ?? Filter?.ObjectSizeLessThan ?? Number.NaN) || undefined,
  };
}

function told({ id, enabled, filter, expiration, noncurrent, abortAfterDays, bare }: LifecycleRule) {
  return {
    ID: id,
    Status: enabled ? ("Enabled" as const) : ("Disabled" as const),
    ...(bare ? { Prefix: filter.prefix } : { Filter: toldFilter(filter) }),
    ...(expiration && {
      Expiration:
        "days" in expiration
          ? { Days: expiration.days }
          : "date" in expiration
            ? { Date: new Date(expiration.date) }
            : { ExpiredObjectDeleteMarker: true },
    }),
    ...(noncurrent && {
      NoncurrentVersionExpiration: {
        NoncurrentDays: noncurrent.days,
        ...(noncurrent.keep > 0 && { NewerNoncurrentVersions: noncurrent.keep }),
      },
    }),
    ...(abortAfterDays !== undefined && { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortAfterDays } }),
  };
}

function toldFilter({ prefix, tags, greaterThan, lessThan }: LifecycleFilter) {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const sizes = {
    ...(greaterThan !== undefined && { ObjectSizeGreaterThan: greaterThan }),
    ...(lessThan !== undefined && { ObjectSizeLessThan: lessThan }),
  };
  const parts = Tags.length + Object.keys(sizes).length + (prefix === "" ? 0 : 1);
  if (parts > 1)
    return { And: { ...(prefix !== "" && { Prefix: prefix }), ...(Tags.length > 0 && { Tags }), ...sizes } };
  const [Tag] = Tags;
  return Tag ? { Tag } : Object.keys(sizes).length > 0 ? sizes : { Prefix: prefix };
}
