import type { ContextValues } from "@nephoscope/languages/iam-policy";
import { WireFailure } from "@nephoscope/wire";
import { type Need, type ServiceAccess, serviceAccess } from "../../platform/access/need.ts";
import type { Bucket } from "./buckets/bucket.ts";
import type { BucketDirectory } from "./buckets/bucket-directory.ts";
import type { ObjectEncryption } from "./encryption/object-encryption.ts";
import type { Uploads } from "./multipart/uploads.ts";
import { readCopySource } from "./objects/copy-object.ts";
import type { S3Sdk } from "./operation.ts";
import type { Place } from "./store/object-index.ts";

interface OfBucket {
  readonly Bucket: string;
}
interface OfObject extends OfBucket {
  readonly Key: string;
  readonly VersionId?: string | undefined;
}

const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
const objectArn = ({ Bucket, Key }: OfObject): string => `${bucketArn(Bucket)}/${Key}`;

const of = (action: string, resource: string, keys?: ContextValues): Need => ({
  action: `s3:${action}`,
  resource,
  ...(keys !== undefined && { keys }),
});
const ofBucket = (action: string) => (input: OfBucket) => of(action, bucketArn(input.Bucket));
const ofObject = (action: string) => (input: OfObject) => of(action, objectArn(input));

/** S3 has an action of its own for what is done to a version that is named. */
const ofVersion =
  (action: string, versioned: string) =>
  (input: OfObject): Need =>
    input.VersionId === undefined
      ? of(action, objectArn(input))
      : of(versioned, objectArn(input), { "s3:versionid": input.VersionId });

interface Lists extends OfBucket {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
}
/** Without a prefix the key is there and empty: so policies write it (S3 user guide, "Bucket policy examples"). */
const ofList =
  (action: string) =>
  ({ Bucket, Prefix, Delimiter, MaxKeys }: Lists): Need =>
    of(action, bucketArn(Bucket), {
      "s3:prefix": Prefix ?? "",
      "s3:delimiter": Delimiter,
      "s3:max-keys": MaxKeys === undefined ? undefined : String(MaxKeys),
    });

/** What a call that writes an object says of it, in the names of its headers (S3 user guide, "Condition keys"). */
interface Writes extends OfObject {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly Tagging?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
}

/** An access list in headers. */
interface Grants {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

const grantKeys = (input: Grants): ContextValues => ({
  "s3:x-amz-acl": input.ACL,
  "s3:x-amz-grant-full-control": input.GrantFullControl,
  "s3:x-amz-grant-read": input.GrantRead,
  "s3:x-amz-grant-read-acp": input.GrantReadACP,
  "s3:x-amz-grant-write": input.GrantWrite,
  "s3:x-amz-grant-write-acp": input.GrantWriteACP,
});
const grants = (input: Grants): boolean =>
  [input.ACL, input.GrantFullControl, input.GrantRead, input.GrantReadACP, input.GrantWrite, input.GrantWriteACP].some(
    (one) => one !== undefined,
  );

/** The tags that a request puts on an object. */
const objectTagKeys = (tags: readonly (readonly [key: string, value: string])[]): ContextValues => ({
  ...Object.fromEntries(tags.map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
  "s3:RequestObjectTagKeys": [...new Set(tags.map(([key]) => key))],
});

function writeKeys(input: Writes): ContextValues {
  return {
    ...grantKeys(input),
    "s3:x-amz-server-side-encryption": input.ServerSideEncryption,
    "s3:x-amz-server-side-encryption-aws-kms-key-id": input.SSEKMSKeyId,
    "s3:x-amz-server-side-encryption-customer-algorithm": input.SSECustomerAlgorithm,
    "s3:x-amz-storage-class": input.StorageClass,
    "s3:x-amz-website-redirect-location": input.WebsiteRedirectLocation,
    ...objectTagKeys([...new URLSearchParams(input.Tagging ?? "")]),
  };
}

/** Writing an access list or tags with an object needs the right to write these as well. */
function write(input: Writes, more: ContextValues = {}): readonly Need[] {
  const keys = { ...writeKeys(input), ...more };
  const resource = objectArn(input);
  return [
    of("PutObject", resource, keys),
    ...(grants(input) ? [of("PutObjectAcl", resource, keys)] : []),
    ...((input.Tagging ?? "") === "" ? [] : [of("PutObjectTagging", resource, keys)]),
  ];
}

/** Copying reads the source. A source that cannot be read as one is refused by the operation. */
function readsSource({ CopySource }: { readonly CopySource: string }): readonly Need[] {
  const source = readCopySource(CopySource);
  if (source === undefined) return [];
  const object = { Bucket: source.bucket, Key: source.key, VersionId: source.version };
  return [ofVersion("GetObject", "GetObjectVersion")(object)];
}

const copyKeys = (input: { readonly CopySource: string; readonly MetadataDirective?: string | undefined }) => ({
  "s3:x-amz-copy-source": input.CopySource.replace(/^\//, ""),
  "s3:x-amz-metadata-directive": input.MetadataDirective,
});

interface OfUpload extends OfObject {
  readonly UploadId: string;
}

/** Nothing for an upload that is not there: the operation refuses it. */
function uploadKeys(uploads: Pick<Uploads, "find">, place: Place, id: string): ContextValues {
  let encryption: ObjectEncryption | undefined;
  try {
    ({ encryption } = uploads.find(place, id));
  } catch (error) {
    if (error instanceof WireFailure) return {};
    throw error;
  }
  if (encryption?.kind === "customer") return { "s3:x-amz-server-side-encryption-customer-algorithm": "AES256" };
  return {
    "s3:x-amz-server-side-encryption": encryption?.kind,
    "s3:x-amz-server-side-encryption-aws-kms-key-id": encryption?.kind === "aws:kms" ? encryption.keyArn : undefined,
  };
}

/** What each operation of S3 needs (Service Authorization Reference, "S3"). */
export function s3Access({
  buckets,
  uploads,
}: {
  readonly buckets: BucketDirectory;
  readonly uploads?: Pick<Uploads, "find">;
}): ServiceAccess {
  /** A part is encrypted as its upload was begun, which is what policies ask about; the part's own request says nothing of it. */
  const ofUpload = (input: OfUpload, keys: ContextValues = {}): Need => {
    const bucket = buckets.find(input.Bucket)?.document;
    return of("PutObject", objectArn(input), {
      ...(bucket && uploads && uploadKeys(uploads, { bucket: bucket.number, key: input.Key }, input.UploadId)),
      ...keys,
    });
  };
  return serviceAccess<S3Sdk>(
    {
      AbortMultipartUpload: ofObject("AbortMultipartUpload"),
      CompleteMultipartUpload: (input) => ofUpload(input),
      CopyObject: (input) => [...readsSource(input), ...write({ ...input, VersionId: undefined }, copyKeys(input))],
      // An access list or an ownership of its own needs the right to put these as well (API reference, CreateBucket, "Permissions").
      CreateBucket: (input) => {
        const keys = {
          ...grantKeys(input),
          "s3:x-amz-object-ownership": input.ObjectOwnership,
          "s3:LocationConstraint": input.CreateBucketConfiguration?.LocationConstraint,
        };
        const alike = [
          "CreateBucket",
          ...(grants(input) ? ["PutBucketAcl"] : []),
          ...(input.ObjectOwnership === undefined ? [] : ["PutBucketOwnershipControls"]),
        ];
        return alike.map((action) => of(action, bucketArn(input.Bucket), keys));
      },
      CreateMultipartUpload: (input) => write(input),
      DeleteBucket: ofBucket("DeleteBucket"),
      DeleteBucketCors: ofBucket("PutBucketCORS"),
      DeleteBucketEncryption: ofBucket("PutEncryptionConfiguration"),
      DeleteBucketLifecycle: ofBucket("PutLifecycleConfiguration"),
      DeleteBucketOwnershipControls: ofBucket("PutBucketOwnershipControls"),
      DeleteBucketPolicy: ofBucket("DeleteBucketPolicy"),
      DeleteBucketTagging: ofBucket("PutBucketTagging"),
      DeleteObject: ofVersion("DeleteObject", "DeleteObjectVersion"),
      DeleteObjectTagging: ofVersion("DeleteObjectTagging", "DeleteObjectVersionTagging"),
      DeleteObjects: (input) =>
        (input.Delete.Objects ?? []).length === 0
          ? of("DeleteObject", `${bucketArn(input.Bucket)}/*`)
          : input.Delete.Objects.map((object) =>
              ofVersion("DeleteObject", "DeleteObjectVersion")({ ...object, Bucket: input.Bucket }),
            ),
      DeletePublicAccessBlock: ofBucket("PutBucketPublicAccessBlock"),
      GetBucketAccelerateConfiguration: ofBucket("GetAccelerateConfiguration"),
      GetBucketAcl: ofBucket("GetBucketAcl"),
      GetBucketCors: ofBucket("GetBucketCORS"),
      GetBucketEncryption: ofBucket("GetEncryptionConfiguration"),
      GetBucketLifecycleConfiguration: ofBucket("GetLifecycleConfiguration"),
      GetBucketLocation: ofBucket("GetBucketLocation"),
      GetBucketLogging: ofBucket("GetBucketLogging"),
      GetBucketNotificationConfiguration: ofBucket("GetBucketNotification"),
      GetBucketOwnershipControls: ofBucket("GetBucketOwnershipControls"),
      GetBucketPolicy: ofBucket("GetBucketPolicy"),
      GetBucketPolicyStatus: ofBucket("GetBucketPolicyStatus"),
      GetBucketReplication: ofBucket("GetReplicationConfiguration"),
      GetBucketRequestPayment: ofBucket("GetBucketRequestPayment"),
      GetBucketTagging: ofBucket("GetBucketTagging"),
      GetBucketVersioning: ofBucket("GetBucketVersioning"),
      GetBucketWebsite: ofBucket("GetBucketWebsite"),
      GetObject: ofVersion("GetObject", "GetObjectVersion"),
      GetObjectAcl: ofVersion("GetObjectAcl", "GetObjectVersionAcl"),
      GetObjectAttributes: (input) => [
        ofVersion("GetObject", "GetObjectVersion")(input),
        ofVersion("GetObjectAttributes", "GetObjectVersionAttributes")(input),
      ],
      GetObjectLockConfiguration: ofBucket("GetBucketObjectLockConfiguration"),
      GetObjectTagging: ofVersion("GetObjectTagging", "GetObjectVersionTagging"),
      GetPublicAccessBlock: ofBucket("GetBucketPublicAccessBlock"),
      HeadBucket: ofBucket("ListBucket"),
      HeadObject: ofVersion("GetObject", "GetObjectVersion"),
      ListBuckets: () => of("ListAllMyBuckets", "*"),
      ListMultipartUploads: ofList("ListBucketMultipartUploads"),
      ListObjectVersions: ofList("ListBucketVersions"),
      ListObjects: ofList("ListBucket"),
      ListObjectsV2: ofList("ListBucket"),
      ListParts: ofObject("ListMultipartUploadParts"),
      PutBucketAcl: (input) => of("PutBucketAcl", bucketArn(input.Bucket), grantKeys(input)),
      PutBucketCors: ofBucket("PutBucketCORS"),
      PutBucketEncryption: ofBucket("PutEncryptionConfiguration"),
      PutBucketLifecycleConfiguration: ofBucket("PutLifecycleConfiguration"),
      PutBucketLogging: ofBucket("PutBucketLogging"),
      PutBucketNotificationConfiguration: ofBucket("PutBucketNotification"),
      PutBucketOwnershipControls: ofBucket("PutBucketOwnershipControls"),
      PutBucketPolicy: ofBucket("PutBucketPolicy"),
      PutBucketTagging: ofBucket("PutBucketTagging"),
      PutBucketVersioning: ofBucket("PutBucketVersioning"),
      PutObject: (input) => write(input),
      PutObjectAcl: (input) => ({
        ...ofVersion("PutObjectAcl", "PutObjectVersionAcl")(input),
        keys: { ...grantKeys(input), "s3:versionid": input.VersionId },
      }),
      PutObjectTagging: (input) => ({
        ...ofVersion("PutObjectTagging", "PutObjectVersionTagging")(input),
        keys: {
          ...objectTagKeys(input.Tagging.TagSet.map(({ Key, Value }) => [Key, Value] as const)),
          "s3:versionid": input.VersionId,
        },
      }),
      PutPublicAccessBlock: ofBucket("PutBucketPublicAccessBlock"),
      UploadPart: (input) => ofUpload(input),
      UploadPartCopy: (input) => [...readsSource(input), ofUpload(input, copyKeys(input))],
    },
    {
      resource(arn) {
        const [name = ""] = arn.slice(bucketArn("").length).split("/", 1);
        const bucket = buckets.find(name);
        return bucket && factsOf(bucket.document);
      },
    },
  );
}

const factsOf = ({ account, tags }: Bucket) => ({ account, tags });
