import { WireFailure } from "@nephoscope/wire";
import type { SqsCall } from "../operation.ts";

/** Most entries of any batch (SQS API reference). */
const MAX_ENTRIES = 10;

/** Refuses a batch whose entries can't be told apart or are too many; each entry's own faults are answered with it. */
export function checkBatch(entries: readonly { readonly Id: string }[], call: SqsCall, kind: string): void {
  if (entries.length === 0)
    throw call.error("EmptyBatchRequest", `There should be at least one ${kind} in the request.`);
  if (entries.length > MAX_ENTRIES) {
    throw call.error(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) {
      throw call.error(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    }
    if (ids.has(Id)) throw call.error("BatchEntryIdsNotDistinct", `Id ${Id} repeated.`);
    ids.add(Id);
  }
}

/** What a batch answers for an entry that was refused. Faults of ours end the whole call. */
export function failedEntry(id: string, error: unknown) {
  if (!(error instanceof WireFailure)) throw error;
  return { Id: id, Code: error.code, Message: error.message, SenderFault: error.fault === "client" };
}
