import { invalidParameter, type SqsOperation } from "../operation.ts";
import { arnOfQueue, isFifo, QUEUE_KIND, type Queue, queueRef, queueUrl, requireQueue } from "./queue.ts";
import { readRedrivePolicy } from "./queue-attributes.ts";

const LARGEST_PAGE = 1_000;

export const getQueueUrl: SqsOperation<"GetQueueUrl"> = async (input, call, { state, publicUrl }) => {
  const owner = { account: input.QueueOwnerAWSAccountId ?? call.account, region: call.region };
  const queue = state.get<Queue>(queueRef(owner, input.QueueName));
  if (queue === undefined) throw call.error("QueueDoesNotExist", "The specified queue does not exist.");
  return { QueueUrl: queueUrl(publicUrl(), owner.account, queue.ref.key) };
};

function pageOf(maxResults: number | undefined, token: string | undefined) {
  if (maxResults !== undefined && (maxResults < 1 || maxResults > LARGEST_PAGE)) {
    throw invalidParameter(
      `Value ${maxResults} for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and ${LARGEST_PAGE}.`,
    );
  }
  const after = token === undefined ? "" : Buffer.from(token, "base64url").toString("utf8");
  return { limit: maxResults ?? LARGEST_PAGE, after };
}

const tokenOf = (last: string | undefined): { NextToken?: string } =>
  last === undefined ? {} : { NextToken: Buffer.from(last).toString("base64url") };

export const listQueues: SqsOperation<"ListQueues"> = async (input, call, { state, publicUrl }) => {
  const { limit, after } = pageOf(input.MaxResults, input.NextToken);
  const { account, region } = call;
  const prefix = input.QueueNamePrefix ?? "";
  const found = state.list<Queue>({ kind: QUEUE_KIND, account, region, prefix, after, limit: limit + 1 });
  const page = found.slice(0, limit);
  // A caller that sets no size expects all there are, up to the largest page (SQS API reference, ListQueues).
  const more = found.length > limit && input.MaxResults !== undefined;
  return {
    ...(page.length > 0 && { QueueUrls: page.map(({ ref }) => queueUrl(publicUrl(), account, ref.key)) }),
    ...(more && tokenOf(page.at(-1)?.ref.key)),
  };
};

export const listDeadLetterSourceQueues: SqsOperation<"ListDeadLetterSourceQueues"> = async (input, call, deps) => {
  const { limit, after } = pageOf(input.MaxResults, input.NextToken);
  const { account, region } = call;
  const queue = requireQueue(deps, call, input.QueueUrl);
  const arn = arnOfQueue(queue);
  const sources = deps.state
    .list<Queue>({ kind: QUEUE_KIND, account, region, after })
    .filter((source) => isFifo(source) === isFifo(queue))
    .filter(({ document }) => readRedrivePolicy(document.attributes.RedrivePolicy)?.deadLetterTargetArn === arn);
  const page = sources.slice(0, limit);
  return {
    queueUrls: page.map(({ ref }) => queueUrl(deps.publicUrl(), account, ref.key)),
    ...(sources.length > limit && tokenOf(page.at(-1)?.ref.key)),
  };
};
