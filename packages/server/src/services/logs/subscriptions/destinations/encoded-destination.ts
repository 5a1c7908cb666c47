import { createHash } from "node:crypto";
import type { Functions } from "../../../../platform/functions/functions.ts";
import type { MessageQueues } from "../../../../platform/queues/message-queues.ts";
import { type EncodedPayload, encodePayload, type Payload } from "../forwarding/payload.ts";
import { type Destination, NotForwarded } from "./destination.ts";

/** 256 KiB is what every queue takes unless its owner made it less, and 1 MiB the most that any queue or asynchronous invocation takes. */
const LIMITS = { wanted: 262_144, most: 1_048_576 };
/** Payloads of different streams that are sent at the same time. */
const AT_ONCE = 8;

type Send = (part: EncodedPayload, payload: Payload, signal: AbortSignal) => Promise<void>;

/** A destination that gets payloads as AWS's do: base64 of gzip of JSON. */
function encoded(parts: Pick<Destination, "key" | "type" | "description">, send: Send): Destination {
  const sendWhole = async (payload: Payload, signal: AbortSignal) => {
    const { parts, tooLong } = await encodePayload(payload, LIMITS);
    let bytes = 0;
    for (const part of parts) {
      signal.throwIfAborted();
      try {
        await send(part, payload, signal);
      } catch (error) {
        throw new NotForwarded(error instanceof Error ? error.message : String(error), { cause: error });
      }
      bytes += part.text.length;
    }
    const reason = `longer than ${LIMITS.most} bytes when compressed and in base64`;
    return { bytes, refused: tooLong.length, ...(tooLong.length > 0 && { reason }) };
  };
  return {
    ...parts,
    async probe(control, signal) {
      await sendWhole(control, signal);
    },
    async deliver(payloads, done, signal) {
      const waiting = [...payloads];
      let failure: unknown;
      const worker = async () => {
        for (let next = waiting.shift(); next !== undefined && failure === undefined; next = waiting.shift()) {
          try {
            done(next, await sendWhole(next, signal));
          } catch (error) {
            failure = error;
          }
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      if (failure !== undefined) throw failure;
    },
  };
}

const digest = (...texts: readonly string[]) => createHash("sha256").update(texts.join("\u0000")).digest("hex");

/** A queue, which gets one message for each payload. FIFO queues keep the order of each stream, and drop what is sent twice within minutes. */
export function queueDestination(queues: MessageQueues, arn: string, sourceArn: string): Destination {
  const description = `SQS queue ${arn.slice(arn.lastIndexOf(":") + 1)}`;
  const sender = { service: "logs.amazonaws.com", sourceArn };
  return encoded({ key: arn, type: "SQS", description }, async ({ text, events }, payload) => {
    const { logGroup, logStream, subscriptionFilters } = payload;
    const fifo = queues.find(arn)?.fifo === true;
    const groupId = digest(logGroup, logStream);
    const deduplicationId = digest(
      groupId,
      ...subscriptionFilters,
      ...events.map(({ id, timestamp }) => id || String(timestamp)),
    );
    await queues.send(arn, { body: text, ...(fifo && { groupId, deduplicationId }) }, sender);
  });
}

/** A function, invoked once for each payload. `functions` is asked at each time: a runner may come later. */
export function functionDestination(functions: () => Functions | undefined, arn: string): Destination {
  const description = `Lambda function ${arn.slice(arn.indexOf(":function:") + 10)}`;
  return encoded({ key: arn, type: "Lambda", description }, async ({ text }, _payload, signal) => {
    const runner = functions();
    if (runner?.takes(arn) !== true) throw new NotForwarded(`This server has nothing that runs the function ${arn}.`);
    await runner.invoke(arn, { awslogs: { data: text } }, signal);
  });
}
