import type { Resource } from "../../../platform/state/state.ts";
import type { SqsCall } from "../operation.ts";
import type { Queue } from "../queues/queue.ts";
import type { Receipt } from "./message-store.ts";

/** An opaque handle for one receipt of one message of one incarnation of a queue. */
export function writeHandle(queueId: number, { id, secret }: Receipt): string {
  return Buffer.from(`${queueId}:${id}:${secret}`).toString("base64");
}

export function readHandle(handle: string, queue: Resource<Queue>, call: SqsCall): Receipt {
  const text = Buffer.from(handle, "base64").toString("latin1");
  const [, queueId, id, secret] = /^(\d{1,15}):(\d{1,15}):([A-Za-z0-9_-]{16})$/.exec(text) ?? [];
  if (secret === undefined || Number(queueId) !== queue.document.queueId) {
    throw call.error(
      "ReceiptHandleIsInvalid",
      `The input receipt handle "${handle.slice(0, 200)}" is not a valid receipt handle.`,
    );
  }
  return { id: Number(id), secret };
}
