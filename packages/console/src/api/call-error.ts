/** A call that was refused or failed, as the service said it. */
export class CallError extends Error {
  override readonly name = "CallError";
  /** AWS's name of the error, such as `ResourceNotFoundException`; `NetworkError` when no answer came. */
  readonly code: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Under which the server's log and audit record have the call. */
  readonly requestId: string | undefined;
  /** The answer's further members, such as the place of a query's fault. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: {
      readonly status?: number;
      readonly requestId?: string | undefined;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 0;
    this.requestId = options.requestId;
    this.details = options.details ?? {};
  }
}

/** What people read of an error: what happened, and where that helps, what to do. */
export interface ErrorText {
  readonly title: string;
  readonly text: string;
  readonly requestId: string | undefined;
}

export function errorText(error: unknown): ErrorText {
  if (!(error instanceof CallError)) {
    const text = error instanceof Error ? error.message : String(error);
    return { title: "Something went wrong on this page", text, requestId: undefined };
  }
  const { code, message, requestId } = error;
  const known = KNOWN[code];
  return { title: known?.title ?? code, text: [message, known?.advice].filter(Boolean).join(" "), requestId };
}

/** True for a call that was given up on purpose: nobody needs to hear of it. */
export const isCancelled = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === "AbortError" || error.name === "TimeoutError");

const KNOWN: Readonly<Record<string, { readonly title: string; readonly advice?: string }>> = {
  AccessDeniedException: {
    title: "You are not allowed to do this",
    advice: "Whoever manages the users can grant it by a policy.",
  },
  AccessDenied: {
    title: "You are not allowed to do this",
    advice: "Whoever manages the users can grant it by a policy.",
  },
  ThrottlingException: { title: "Too many calls at once", advice: "Try again in a moment." },
  ServiceUnavailableException: { title: "The server can not answer now" },
  NetworkError: {
    title: "The server does not answer",
    advice: "Check that it runs and that this computer reaches it.",
  },
  ResourceNotFoundException: { title: "Not found" },
  ResourceAlreadyExistsException: { title: "The name is taken" },
  LimitExceededException: { title: "A limit is reached" },
  InvalidParameterException: { title: "A value is not valid" },
  NotImplemented: { title: "Nephoscope does not have this yet" },
};
