import type { ContextValues } from "@nephoscope/languages/iam-policy";
import type { GuardedCall } from "./guard.ts";

/** What S3's condition keys tell of a request's signature (S3 API reference, "Signature Version 4 policy keys"). Who does not sign has none. */
export function signatureKeys({ signature, receivedAt, bodySha256 }: GuardedCall): ContextValues {
  if (signature === undefined) return {};
  const { place, version, at } = signature;
  return {
    "s3:authType": place,
    "s3:signatureversion": version,
    // In milliseconds.
    "s3:signatureAge":
      at === undefined || receivedAt === undefined
        ? undefined
        : String(Math.max(0, receivedAt.getTime() - at.getTime())),
    // An address says nothing of the payload.
    "s3:x-amz-content-sha256": place === "REST-HEADER" ? bodySha256 : "UNSIGNED-PAYLOAD",
  };
}
