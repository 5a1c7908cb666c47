/** Codes that say: the same call may succeed later. */
const TRANSIENT: ReadonlySet<string> = new Set([
  "InternalFailure",
  "InternalServerError",
  "InternalServiceFault",
  "LimitExceededException",
  "OperationAbortedException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestTimeout",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "SlowDown",
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "TooManyRequestsException",
]);

/** Codes that a changed key, permission or clock heals: what waits is kept, and tried rarely. */
const ABOUT_IDENTITY: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AuthFailure",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "NoCredential",
  "OptInRequired",
  "RequestExpired",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);

const ABOUT_SIGNATURE = /Signature|RequestExpired|RequestTimeTooSkewed|AuthFailure/;

/** A call that failed: the service said so, or did not answer at all (code `NoAnswer`). */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  /** Of HTTP; 0 when nothing was answered. */
  readonly status: number;
  /** Epoch milliseconds of the server's clock when it answered. */
  readonly serverTime: number | undefined;

  constructor(code: string, message: string, status = 0, serverTime?: number) {
    super(message);
    this.code = code;
    this.status = status;
    this.serverTime = serverTime;
  }

  static ofAnswer(
    status: number,
    answer: Readonly<Record<string, unknown>> | undefined,
    text: string,
    serverTime: number | undefined,
  ): AwsError {
    // Some services put a namespace before the name, some a URL after it.
    const code = String(answer?.__type ?? answer?.code ?? `HTTP ${status}`)
      .replace(/^.*#/, "")
      .replace(/:.*$/, "");
    return new AwsError(code, String(answer?.message ?? answer?.Message ?? text.slice(0, 300)), status, serverTime);
  }

  static ofNetwork(endpoint: string, error: unknown): AwsError {
    return new AwsError(
      "NoAnswer",
      `no answer from ${endpoint}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }

  /** `retry`: soon. `wait`: somebody must mend a key or permission first. `never`: the call itself is wrong. */
  get remedy(): "retry" | "wait" | "never" {
    if (this.code === "NoAnswer" || TRANSIENT.has(this.code) || this.status >= 500 || this.status === 429)
      return "retry";
    if (ABOUT_IDENTITY.has(this.code) || this.status === 401 || this.status === 403) return "wait";
    return "never";
  }

  get aboutSignature(): boolean {
    return ABOUT_SIGNATURE.test(this.code);
  }
}
