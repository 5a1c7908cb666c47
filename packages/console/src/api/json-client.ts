import type { Input, OperationName, Output } from "./json-types.ts";
import { send } from "./send.ts";

/**
 * Calls of one service that speaks AWS's JSON protocol:
 * `await logs("DescribeLogGroups", { limit: 50 }, signal)`. Throws `CallError`.
 */
export type JsonClient<M> = <Op extends OperationName<M>>(
  operation: Op,
  input: Input<M, Op>,
  signal?: AbortSignal,
) => Promise<Output<M, Op>>;

export interface JsonService {
  /** Name in the signature's scope, such as `logs`. */
  readonly name: string;
  /** Stands before the operation in `X-Amz-Target`. */
  readonly target: string;
  readonly version: "1.0" | "1.1";
  /** Absent: the region that is open. */
  readonly region?: string;
}

export function jsonClient<M>(service: JsonService): JsonClient<M> {
  return async (operation, input, signal) => {
    const response = await sendJson(service, operation, input, signal);
    const text = await response.text();
    // The shape is the server's promise, checked where it writes the answer.
    return text === "" ? {} : JSON.parse(text);
  };
}

/** The answer itself, for those that are streams. */
export function sendJson(
  service: JsonService,
  operation: string,
  input: unknown,
  signal: AbortSignal | undefined,
): Promise<Response> {
  return send(
    {
      service: service.name,
      region: service.region,
      headers: {
        "content-type": `application/x-amz-json-${service.version}`,
        "x-amz-target": `${service.target}.${operation}`,
      },
      body: JSON.stringify(input),
    },
    signal,
    bodyOfError,
  );
}

function bodyOfError(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    // Not ours, such as a proxy's page; the status has to do.
    return {};
  }
}
