import { WireFailure } from "../codec/failure.ts";

/** Why a request could not be authenticated. Services report the same fact under different codes. */
export type Refusal =
  | "unsigned"
  | "incomplete"
  | "unknownKey"
  | "badToken"
  | "expiredToken"
  | "wrongSignature"
  | "unsignedHeaders"
  | "badScope"
  | "skewed"
  | "expired"
  | "wrongBody";

/** The families of services that share codes for failed authentication. */
export type RefusalFamily = "json" | "query" | "ec2" | "s3";

const CODES: Readonly<Record<RefusalFamily, Readonly<Record<Refusal, readonly [code: string, status: number]>>>> = {
  json: {
    unsigned: ["MissingAuthenticationTokenException", 400],
    incomplete: ["IncompleteSignatureException", 400],
    unknownKey: ["UnrecognizedClientException", 400],
    badToken: ["UnrecognizedClientException", 400],
    expiredToken: ["ExpiredTokenException", 400],
    wrongSignature: ["InvalidSignatureException", 400],
    unsignedHeaders: ["InvalidSignatureException", 400],
    badScope: ["InvalidSignatureException", 400],
    skewed: ["InvalidSignatureException", 400],
    expired: ["InvalidSignatureException", 400],
    wrongBody: ["InvalidSignatureException", 400],
  },
  query: {
    unsigned: ["MissingAuthenticationToken", 403],
    incomplete: ["IncompleteSignature", 400],
    unknownKey: ["InvalidClientTokenId", 403],
    badToken: ["InvalidClientTokenId", 403],
    expiredToken: ["ExpiredToken", 403],
    wrongSignature: ["SignatureDoesNotMatch", 403],
    unsignedHeaders: ["SignatureDoesNotMatch", 403],
    badScope: ["SignatureDoesNotMatch", 403],
    skewed: ["SignatureDoesNotMatch", 403],
    expired: ["SignatureDoesNotMatch", 403],
    wrongBody: ["SignatureDoesNotMatch", 403],
  },
  ec2: {
    unsigned: ["MissingAuthenticationToken", 403],
    incomplete: ["IncompleteSignature", 400],
    unknownKey: ["AuthFailure", 401],
    badToken: ["AuthFailure", 401],
    expiredToken: ["RequestExpired", 400],
    wrongSignature: ["AuthFailure", 401],
    unsignedHeaders: ["AuthFailure", 401],
    badScope: ["AuthFailure", 401],
    skewed: ["RequestExpired", 400],
    expired: ["RequestExpired", 400],
    wrongBody: ["AuthFailure", 401],
  },
  s3: {
    unsigned: ["AccessDenied", 403],
    incomplete: ["AuthorizationHeaderMalformed", 400],
    unknownKey: ["InvalidAccessKeyId", 403],
    badToken: ["InvalidToken", 400],
    expiredToken: ["ExpiredToken", 400],
    wrongSignature: ["SignatureDoesNotMatch", 403],
    unsignedHeaders: ["AccessDenied", 403],
    badScope: ["AuthorizationHeaderMalformed", 400],
    skewed: ["RequestTimeTooSkewed", 403],
    expired: ["AccessDenied", 403],
    wrongBody: ["XAmzContentSHA256Mismatch", 400],
  },
};

/** AWS's texts where the case brings none of its own. */
const TEXTS: Readonly<Record<RefusalFamily, Readonly<Partial<Record<Refusal, string>>>>> = {
  json: {
    unsigned: "Missing Authentication Token",
    unknownKey: "The security token included in the request is invalid.",
    badToken: "The security token included in the request is invalid.",
    expiredToken: "The security token included in the request is expired",
    wrongSignature:
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  },
  query: {
    unsigned: "Request is missing Authentication Token",
    unknownKey: "The security token included in the request is invalid.",
    badToken: "The security token included in the request is invalid.",
    expiredToken: "The security token included in the request is expired",
    wrongSignature:
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  },
  ec2: {
    unsigned: "Request is missing Authentication Token",
    unknownKey: "AWS was not able to validate the provided access credentials",
    badToken: "AWS was not able to validate the provided access credentials",
    expiredToken: "Request has expired.",
    wrongSignature: "AWS was not able to validate the provided access credentials",
  },
  s3: {
    unsigned: "Access Denied",
    unknownKey: "The AWS Access Key Id you provided does not exist in our records.",
    badToken: "The provided token is malformed or otherwise invalid.",
    expiredToken: "The provided token has expired.",
    wrongSignature:
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    skewed: "The difference between the request time and the current time is too large.",
    expired: "Request has expired",
    wrongBody: "The provided 'x-amz-content-sha256' header does not match what was computed.",
  },
};

/** `text` says what is wrong with this request. EC2 and S3 have one text for each case, and tell no more. */
export function refuse(family: RefusalFamily, refusal: Refusal, text?: string): WireFailure {
  const [code, status] = CODES[family][refusal];
  const usual = TEXTS[family][refusal];
  const terse = family === "ec2" || family === "s3";
  return new WireFailure(code, (terse ? (usual ?? text) : (text ?? usual)) ?? code, { status });
}
