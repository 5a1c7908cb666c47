import type { Service } from "../service.ts";
import type { Arrival, Conducted } from "./arrival.ts";
import { type BodyLimits, BodyShare } from "./body.ts";
import type { StreamedBody } from "./streamed-body.ts";

/** A call's body once it may be read. */
export interface ReceivedBody {
  /** Without chunks, inflated; empty where `stream` is the body. */
  readonly bytes: Buffer;
  /** The payload of an operation that takes it as it comes: proven when it ends, and not before. */
  readonly stream: StreamedBody | undefined;
  /** Of the body as it was sent; what the head declares of it where it is streamed. */
  readonly sha256: string;
}

/** Receives a call's body, lets it be used, and gives back the room that it took, however either ends. */
export async function withBody(
  { progress, server }: Arrival,
  receive: (share: BodyShare) => Promise<ReceivedBody>,
  use: (body: ReceivedBody) => Promise<Conducted>,
): Promise<Conducted> {
  const share = new BodyShare(server.budget);
  let stream: StreamedBody | undefined;
  try {
    const body = await receive(share);
    stream = body.stream;
    return await use(body);
  } finally {
    share.release();
    if (stream) {
      progress.bodyBytes = stream.received;
      stream.destroy();
    }
  }
}

/** What the bodies of a service's calls may be, where they are read whole. */
export const limitsOf = ({ server: { limits } }: Pick<Arrival, "server">, { model }: Service): BodyLimits => ({
  bytes: limits.bodyBytesByService[model.name] ?? limits.bodyBytes,
  idleMs: limits.bodyIdleMs,
});

/** Whether an operation's payload is handed to its handler as it comes. */
export function takesStream(service: Service, operation: string | undefined): boolean {
  const input = operation === undefined ? undefined : service.model.operations.get(operation)?.input;
  return (
    input?.members.some((member) => member.httpPayload && member.streaming && member.shape.kind === "blob") ?? false
  );
}

/** A SHA-256, as `x-amz-content-sha256` gives it. */
export const DIGEST = /^[0-9a-f]{64}$/;
/** What stands in its place where nothing is said of the body. */
export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";
