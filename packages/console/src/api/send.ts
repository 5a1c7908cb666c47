import { CallError } from "./call-error.ts";
import { sessionEnded, sessionHeaders } from "./session.ts";

/**
 * Sends a call of an AWS API to the server this page came from, with the session in place of a signature. Gives the answer when it is
 * one of success; throws a `CallError` otherwise, and an `AbortError` when `signal` fires.
 * @param read makes the error's code, message and further members of the answer's body
 */
export async function send(
  request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly service: string;
    /** Absent: the region that is open. */
    readonly region?: string | undefined;
  },
  signal: AbortSignal | undefined,
  read: (body: string) => Readonly<Record<string, unknown>>,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch("/", {
      method: "POST",
      headers: { ...request.headers, ...sessionHeaders(request.service, request.region) },
      body: request.body,
      credentials: "same-origin",
      cache: "no-store",
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new CallError("NetworkError", "No answer came.", { cause: error });
  }
  if (response.ok) return response;
  const error = errorOf(response, read(await response.text()));
  if (NO_SESSION.has(error.code)) sessionEnded();
  throw error;
}

/** What the server answers when a session is over, and in each protocol when the browser has none to send. */
const NO_SESSION: ReadonlySet<string> = new Set([
  "SessionEnded",
  "MissingAuthenticationTokenException",
  "MissingAuthenticationToken",
]);

function errorOf(response: Response, body: Readonly<Record<string, unknown>>): CallError {
  const { __type: type, message, Message: upper, ...details } = body;
  const code = String(type ?? response.headers.get("x-amzn-errortype") ?? `HTTP ${response.status}`)
    .replace(/^.*#/, "")
    .replace(/:.*$/, "");
  return new CallError(code, String(message ?? upper ?? "The server gave no reason."), {
    status: response.status,
    requestId: response.headers.get("x-amzn-requestid") ?? undefined,
    details,
  });
}
