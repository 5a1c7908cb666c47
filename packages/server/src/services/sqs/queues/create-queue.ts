import { VersionConflict } from "../../../platform/state/state.ts";
import { causeOf } from "../commit.ts";
import { invalidParameter, type SqsOperation } from "../operation.ts";
import { checkTags } from "../tags/check-tags.ts";
import { type Queue, queueRef, queueUrl } from "./queue.ts";
import { applyAttributes, DEFAULTS } from "./queue-attributes.ts";

const NAME = /^[A-Za-z0-9_-]{1,80}$/;

export const createQueue: SqsOperation<"CreateQueue"> = async (input, call, deps) => {
  const { state, clock, publicUrl } = deps;
  const name = input.QueueName;
  const given = { ...input.Attributes };
  checkName(name, given.FifoQueue);
  const ref = queueRef(call, name);
  const url = { QueueUrl: queueUrl(publicUrl(), call.account, name) };
  const attributes = applyAttributes(
    state,
    call,
    { account: call.account, region: call.region, name, attributes: {} },
    given,
  );
  checkTags(input.tags ?? {});

  const existing = state.get<Queue>(ref);
  if (existing !== undefined) {
    const other = Object.entries(given).find(([key, value]) => effectiveValue(existing.document, key) !== value);
    if (other === undefined) return url;
    throw call.error(
      "QueueNameExists",
      `A queue already exists with the same name and a different value for attribute ${other[0]}`,
    );
  }
  const now = clock.now();
  const document: Queue = {
    queueId: state.allocate("sqs.queue-id"),
    attributes,
    tags: { ...input.tags },
    createdAt: now,
    modifiedAt: now,
  };
  try {
    await state.commit({ cause: causeOf(call), changes: [{ put: ref, document, expect: "absent" }] });
  } catch (error) {
    // Another call made it meanwhile: compare with that one.
    if (error instanceof VersionConflict) return createQueue(input, call, deps);
    throw error;
  }
  return url;
};

const effectiveValue = ({ attributes }: Queue, name: string): string | undefined =>
  attributes[name] ?? (DEFAULTS as Readonly<Record<string, string>>)[name];

function checkName(name: string, fifoQueue: string | undefined): void {
  const fifo = fifoQueue === "true";
  if (name === "") throw invalidParameter("Queue name cannot be empty");
  if (name.endsWith(".fifo") !== fifo) {
    throw invalidParameter(
      fifo
        ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length."
        : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  }
  if (name.length > 80 || !NAME.test(fifo ? name.slice(0, -".fifo".length) : name)) {
    throw invalidParameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }
}
