import { WireFailure } from "@nephoscope/wire";

/** S3's error codes with their statuses (S3 API reference, "Error responses"). Few of them are in the service's model. */
const STATUS = {
  AccessControlListNotSupported: 400,
  AccessDenied: 403,
  BadDigest: 400,
  BadRequest: 400,
  BucketAlreadyExists: 409,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IllegalLocationConstraintException: 400,
  IncompleteBody: 400,
  InvalidArgument: 400,
  InvalidBucketAclWithObjectOwnership: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidEncryptionAlgorithmError: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidTag: 400,
  "KMS.DisabledException": 400,
  "KMS.KMSInvalidStateException": 400,
  "KMS.NotFoundException": 400,
  InvalidTargetBucketForLogging: 400,
  KeyTooLongError: 400,
  MalformedPolicy: 400,
  MalformedXML: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  MissingSecurityHeader: 400,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchBucketPolicy: 404,
  NoSuchCORSConfiguration: 404,
  NoSuchKey: 404,
  NoSuchPublicAccessBlockConfiguration: 404,
  NoSuchLifecycleConfiguration: 404,
  NoSuchTagSet: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NoSuchWebsiteConfiguration: 404,
  NotImplemented: 501,
  NotModified: 304,
  ObjectLockConfigurationNotFoundError: 404,
  OperationAborted: 409,
  OwnershipControlsNotFoundError: 404,
  PreconditionFailed: 412,
  ReplicationConfigurationNotFoundError: 404,
  ServiceUnavailable: 503,
  TooManyBuckets: 400,
  UnexpectedContent: 400,
} as const;

/** An answer of S3 that refuses the call. */
export const refusal = (code: keyof typeof STATUS, message: string): WireFailure =>
  new WireFailure(code, message, { status: STATUS[code] });

/** S3's one sentence for every document that it does not take. */
export const malformed = (): WireFailure =>
  refusal("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

/** What is asked for exists at AWS and not here. `what` begins the sentence. */
export const notImplemented = (what: string): WireFailure =>
  refusal("NotImplemented", `${what} is not implemented by Nephoscope.`);
