import type { Acl } from "../access/acl.ts";
import type { ObjectEncryption } from "../encryption/object-encryption.ts";

/**
 * A piece of an object's payload: in the index's own file when it is small, else a blob. `size` is the payload's; `salt` makes
 * the piece's key of the object's, and is absent where the piece is not sealed.
 */
export type Piece =
  | { readonly inline: number; readonly size: number; readonly salt?: string }
  | { readonly blob: string; readonly size: number; readonly salt?: string };

export interface Checksum {
  /** `crc32`, `crc32c`, `crc64nvme`, `sha1` or `sha256`. */
  readonly algorithm: string;
  /** Base64; of a composite one followed by `-` and the number of parts. */
  readonly value: string;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

/** What travels in headers with an object. */
export interface Attributes {
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly expires?: string | undefined;
  readonly websiteRedirectLocation?: string | undefined;
  /** The user's own, by their names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface NewObject {
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modified: number;
  readonly attributes: Attributes;
  readonly checksum: Checksum | undefined;
  /** In order; the parts of a multipart upload keep their borders. */
  readonly pieces: readonly Piece[];
  /** Whether it came by a multipart upload. */
  readonly multipart: boolean;
  /** Absent for objects from the time when none were encrypted. */
  readonly encryption?: ObjectEncryption | undefined;
  /** Absent where only the object's owner has rights. */
  readonly acl?: Acl | undefined;
}

/** One version of one key. */
export interface StoredObject extends NewObject {
  readonly id: number;
  readonly key: string;
  /** `null` for what was written while the bucket had no versioning. */
  readonly version: string;
  readonly latest: boolean;
  /** A delete marker: it has no payload. */
  readonly marker: boolean;
}

export type Versioning = "Off" | "Enabled" | "Suspended";
