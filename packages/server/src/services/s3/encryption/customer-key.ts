import { createHash } from "node:crypto";
import { refusal } from "../failures.ts";

/** The headers of SSE-C. */
export interface CustomerKeyHeaders {
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

export interface CustomerKey {
  readonly key: Buffer;
  /** Base64. */
  readonly md5: string;
}

const BASE64_32 = /^[A-Za-z0-9+/]{43}=$/;

/** The key that a caller shows; undefined where it shows none. Throws for headers that are not right (S3 user guide, "SSE-C"). */
export function customerKeyOf(headers: CustomerKeyHeaders): CustomerKey | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: text, SSECustomerKeyMD5: md5 } = headers;
  if (algorithm === undefined && text === undefined && md5 === undefined) return undefined;
  if (algorithm === undefined)
    throw refusal(
      "InvalidArgument",
      "Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.",
    );
  if (algorithm !== "AES256")
    throw refusal(
      "InvalidEncryptionAlgorithmError",
      "The encryption request that you specified is not valid. The valid value is AES256.",
    );
  if (text === undefined)
    throw refusal(
      "InvalidArgument",
      "Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key.",
    );
  if (!BASE64_32.test(text))
    throw refusal("InvalidArgument", "The secret key was invalid for the specified algorithm.");
  const key = Buffer.from(text, "base64");
  const found = createHash("md5").update(key).digest("base64");
  if (md5 === undefined || md5 !== found)
    throw refusal("InvalidArgument", "The calculated MD5 hash of the key did not match the hash that was provided.");
  return { key, md5: found };
}
