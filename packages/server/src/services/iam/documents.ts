import {
  type Policy,
  PolicyError,
  type PolicyKind,
  parsePolicy,
  policyErrorText,
} from "@nephoscope/languages/iam-policy";
import type { IamCall } from "./operation.ts";

/** Reads a policy that a caller gives; what AWS would refuse is refused as MalformedPolicyDocument. */
export function readDocument(call: IamCall, document: string, kind: PolicyKind): Policy {
  try {
    return parsePolicy(document, kind);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw call.error("MalformedPolicyDocumentException", policyErrorText(error, document));
  }
}

/** Documents travel percent-encoded (RFC 3986), as IAM's answers have them. */
export const encodeDocument = (document: string): string =>
  encodeURIComponent(document).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
