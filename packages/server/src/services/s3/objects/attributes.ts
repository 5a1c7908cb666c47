import { notImplemented, refusal } from "../failures.ts";
import type { Attributes } from "../store/stored-object.ts";
import { checkHeaderValues, checkMetadata } from "./header-text.ts";
import { tagsFromHeader } from "./tags.ts";

/** S3 user guide, "Working with object metadata": of names and values together. */
const MAX_METADATA_BYTES = 2_048;

/** What calls that make an object have in common. */
export interface ObjectHeaders {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly Expires?: Date | undefined;
  readonly ExpiresString?: string | undefined;
  readonly Metadata?: Record<string, string> | undefined;
  readonly Tagging?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

/** Refuses what an object cannot have here, rather than dropping it unseen. */
export function checkObjectHeaders(input: ObjectHeaders): void {
  if (input.StorageClass !== undefined && input.StorageClass !== "STANDARD")
    throw notImplemented(`The storage class ${input.StorageClass}`);
  if (input.ObjectLockMode ?? input.ObjectLockRetainUntilDate ?? input.ObjectLockLegalHoldStatus)
    throw notImplemented("Object Lock");
}

export function attributesOf(input: ObjectHeaders): Attributes {
  const metadata = { ...input.Metadata };
  const bytes = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (bytes > MAX_METADATA_BYTES)
    throw refusal("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
  // The chunks of the transport are taken off; they are no encoding of the object.
  const encoding = input.ContentEncoding?.split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "aws-chunked")
    .join(",");
  const expires = input.ExpiresString ?? input.Expires?.toUTCString();
  const { ContentType, ContentLanguage, ContentDisposition, CacheControl, WebsiteRedirectLocation } = input;
  checkMetadata(metadata);
  checkHeaderValues([
    encoding,
    expires,
    ContentType,
    ContentLanguage,
    ContentDisposition,
    CacheControl,
    WebsiteRedirectLocation,
  ]);
  return {
    contentType: ContentType,
    contentEncoding: encoding === "" ? undefined : encoding,
    contentLanguage: ContentLanguage,
    contentDisposition: ContentDisposition,
    cacheControl: CacheControl,
    expires,
    websiteRedirectLocation: WebsiteRedirectLocation,
    metadata,
    tags: tagsFromHeader(input.Tagging),
  };
}

/** S3's content type for what came without one. */
export const DEFAULT_CONTENT_TYPE = "binary/octet-stream";
