/**
 * How an object is encrypted. All are: its payload is sealed with keys made from one key of its own, and this says where that
 * key is had from.
 */
export type ObjectEncryption =
  /** SSE-S3: made from the server's own key. */
  | { readonly kind: "AES256"; readonly salt: string }
  /** SSE-KMS: encrypted by KMS, so that only who may decrypt with that key reads the object. */
  | {
      readonly kind: "aws:kms";
      readonly keyArn: string;
      /** Base64. */
      readonly sealed: string;
      /** What the caller gave beside S3's own. */
      readonly context: Readonly<Record<string, string>>;
      /** Bound to the bucket in place of the object (S3 user guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys"). */
      readonly bucketKey: boolean;
    }
  /** SSE-C: made from a key that the caller shows each time and that is kept nowhere. */
  | {
      readonly kind: "customer";
      readonly salt: string;
      /** Tells whether a key is the right one. */
      readonly check: string;
      readonly keyMd5: string;
    };

/** Whether an entity tag may be the MD5 of the content: not where that would tell of what is encrypted (S3 API reference, "Object"). */
export const tagIsMd5 = (encryption: ObjectEncryption | undefined): boolean =>
  encryption === undefined || encryption.kind === "AES256";

/** The members in which answers tell of an object's encryption. */
export function encryptionMembers(encryption: ObjectEncryption | undefined) {
  switch (encryption?.kind) {
    case undefined:
      return {};
    case "AES256":
      return { ServerSideEncryption: "AES256" as const };
    case "aws:kms":
      return {
        ServerSideEncryption: "aws:kms" as const,
        SSEKMSKeyId: encryption.keyArn,
        ...(encryption.bucketKey && { BucketKeyEnabled: true }),
      };
    case "customer":
      return { SSECustomerAlgorithm: "AES256", SSECustomerKeyMD5: encryption.keyMd5 };
  }
}
