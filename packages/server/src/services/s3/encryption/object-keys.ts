import { randomBytes } from "node:crypto";
import { type KeyContext, KeyRefused, type Keys, type KeyUser } from "../../../platform/keys/keys.ts";
import type { Bucket } from "../buckets/bucket.ts";
import { notImplemented, refusal } from "../failures.ts";
import type { S3Call } from "../operation.ts";
import { newSalt, subkey } from "../store/sealing.ts";
import { type CustomerKey, type CustomerKeyHeaders, customerKeyOf } from "./customer-key.ts";
import type { ObjectEncryption } from "./object-encryption.ts";

/** The headers by which a call that makes an object says how it is to be encrypted. */
export interface EncryptionHeaders extends CustomerKeyHeaders {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

/** An object, for what a key is bound to. */
export interface Named {
  readonly bucket: string;
  readonly key: string;
}

export interface ObjectKeys {
  /** For an object that the server writes by itself: SSE-S3. */
  own(): { readonly key: Buffer; readonly encryption: ObjectEncryption };
  /** A key for a new object, as its headers or else its bucket want it. Throws what refuses the call. */
  make(
    call: S3Call,
    bucket: Bucket,
    name: Named,
    headers: EncryptionHeaders,
  ): Promise<{ readonly key: Buffer; readonly encryption: ObjectEncryption }>;
  /**
   * The key of an object that there is; undefined where it is not encrypted. Throws what refuses the call: the caller may not
   * decrypt, or shows another key than the object was put with, or one where none is wanted.
   */
  open(
    call: S3Call,
    bucket: Bucket,
    name: Named,
    encryption: ObjectEncryption | undefined,
    headers: CustomerKeyHeaders,
  ): Promise<Buffer | undefined>;
}

/** `serverKey`: 32 random bytes, which every object of SSE-S3 hangs on. */
export function objectKeys(serverKey: Uint8Array, keys: Keys): ObjectKeys {
  const own = () => {
    const salt = newSalt();
    return { key: subkey(serverKey, `object ${salt}`), encryption: { kind: "AES256", salt } } as const;
  };
  return {
    own,
    async make(call, bucket, name, headers) {
      const customer = customerKeyOf(headers);
      const { ServerSideEncryption: asked, SSEKMSKeyId: keyId } = headers;
      if (customer) {
        if (asked !== undefined || keyId !== undefined)
          throw refusal(
            "InvalidArgument",
            "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
          );
        if (bucket.encryption?.blocksCustomerKeys)
          throw refusal(
            "AccessDenied",
            "The bucket does not allow objects that are encrypted with a key of the caller (SSE-C).",
          );
        return forCustomer(customer);
      }
      const rule = bucket.encryption;
      const algorithm = asked ?? (keyId === undefined ? (rule?.algorithm ?? "AES256") : undefined);
      if (algorithm === undefined || (algorithm === "AES256" && keyId !== undefined))
        throw refusal(
          "InvalidArgument",
          "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
        );
      if (algorithm === "AES256") {
        return own();
      }
      if (algorithm !== "aws:kms") throw notImplemented(`The encryption ${algorithm}`);
      const bucketKey = headers.BucketKeyEnabled ?? (rule?.algorithm === "aws:kms" && rule.bucketKey);
      const context = contextOf(headers.SSEKMSEncryptionContext);
      // What the bucket names counts where the call names no algorithm of its own, or the same.
      const wanted = keyId ?? (rule?.algorithm === "aws:kms" ? rule.keyId : undefined) ?? OWN_KEY;
      const key = randomBytes(32);
      const bound = { ...context, ...boundTo(name, bucketKey) };
      const user = userOf(call, bucket);
      const { keyArn, sealed } = await byKms(async () => ({
        keyArn: await keys.encryptable(user, wanted, bound),
        sealed: await keys.encrypt(user, wanted, key, bound),
      }));
      return {
        key,
        encryption: { kind: "aws:kms", keyArn, sealed: sealed.toString("base64"), context, bucketKey },
      };
    },
    async open(call, bucket, name, encryption, headers) {
      const customer = customerKeyOf(headers);
      if (encryption?.kind === "customer") {
        if (customer === undefined)
          throw refusal(
            "InvalidRequest",
            "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
          );
        const key = subkey(customer.key, `object ${encryption.salt}`);
        if (checkOf(key) !== encryption.check) throw refusal("AccessDenied", "Access Denied");
        return key;
      }
      if (customer !== undefined)
        throw refusal("InvalidRequest", "The encryption parameters are not applicable to this object.");
      if (encryption === undefined) return undefined;
      if (encryption.kind === "AES256") return subkey(serverKey, `object ${encryption.salt}`);
      const bound = { ...encryption.context, ...boundTo(name, encryption.bucketKey) };
      return await byKms(() => keys.decrypt(userOf(call, bucket), Buffer.from(encryption.sealed, "base64"), bound));
    },
  };
}

const OWN_KEY = "alias/aws/s3";

const checkOf = (key: Uint8Array): string => subkey(key, "check").toString("base64");

function forCustomer({ key: customer, md5 }: CustomerKey): { key: Buffer; encryption: ObjectEncryption } {
  const salt = newSalt();
  const key = subkey(customer, `object ${salt}`);
  return { key, encryption: { kind: "customer", salt, check: checkOf(key), keyMd5: md5 } };
}

/** S3 user guide, "Encryption context": the object, or with a bucket key the bucket. */
const boundTo = ({ bucket, key }: Named, bucketKey: boolean): KeyContext => ({
  "aws:s3:arn": bucketKey ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`,
});

function userOf(call: S3Call, bucket: Bucket): KeyUser {
  if (call.account === "") throw refusal("AccessDenied", "Requests without a signature can not use keys of KMS.");
  return {
    principal: call.principal,
    account: call.account,
    region: bucket.region,
    service: "s3",
    requestId: call.requestId,
  };
}

/** Base64 of a JSON object of texts. */
function contextOf(header: string | undefined): Readonly<Record<string, string>> {
  if (header === undefined) return {};
  const wrong = () =>
    refusal(
      "InvalidArgument",
      "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map",
    );
  let found: unknown;
  try {
    found = JSON.parse(Buffer.from(header, "base64").toString("utf8"));
  } catch {
    throw wrong();
  }
  if (typeof found !== "object" || found === null || Array.isArray(found)) throw wrong();
  const entries = Object.entries(found);
  if (entries.some(([name, value]) => typeof value !== "string" || name === "aws:s3:arn")) throw wrong();
  return Object.fromEntries(entries);
}

/** What KMS refuses, in S3's words (S3 API reference, "Error responses": the codes that begin with KMS). */
async function byKms<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error;
    switch (error.code) {
      case "AccessDeniedException":
        throw refusal("AccessDenied", error.message);
      case "DisabledException":
        throw refusal("KMS.DisabledException", error.message);
      case "KMSInvalidStateException":
        throw refusal("KMS.KMSInvalidStateException", error.message);
      case "NotFoundException":
        throw refusal("KMS.NotFoundException", error.message);
      default:
        throw refusal("InvalidArgument", error.message);
    }
  }
}
