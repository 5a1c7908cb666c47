import { type Need, requestTags, type ServiceAccess, serviceAccess, tagKeys } from "../../platform/access/need.ts";
import { resourcePolicies } from "../../platform/access/resource-policies.ts";
import type { State } from "../../platform/state/state.ts";
import type { SqsCall, SqsSdk } from "./operation.ts";
import { findQueueByArn, placeOfUrl, queueArn } from "./queues/queue.ts";

const of = (action: string, resource: string, keys?: Need["keys"]): Need => ({
  action: `sqs:${action}`,
  resource,
  ...(keys !== undefined && { keys }),
});

const queue = (call: SqsCall, url: string): string => {
  const place = placeOfUrl(call, url);
  return place === undefined ? queueArn(call, url) : queueArn(place, place.name);
};

const ofQueue =
  (action: string) =>
  (input: { readonly QueueUrl: string }, call: SqsCall): Need =>
    of(action, queue(call, input.QueueUrl));

/** What each operation of SQS needs; of a batch the action of one (SQS developer guide, "Amazon SQS API permissions"). */
export function sqsAccess({ state }: { readonly state: State }): ServiceAccess {
  const policies = resourcePolicies();
  return serviceAccess<SqsSdk>(
    {
      AddPermission: ofQueue("AddPermission"),
      ChangeMessageVisibility: ofQueue("ChangeMessageVisibility"),
      ChangeMessageVisibilityBatch: ofQueue("ChangeMessageVisibility"),
      CreateQueue: (input, call) => {
        const need = of("CreateQueue", queueArn(call, input.QueueName), requestTags(input.tags));
        return Object.keys(input.tags ?? {}).length === 0 ? need : [need, { ...need, action: "sqs:TagQueue" }];
      },
      DeleteMessage: ofQueue("DeleteMessage"),
      DeleteMessageBatch: ofQueue("DeleteMessage"),
      DeleteQueue: ofQueue("DeleteQueue"),
      GetQueueAttributes: ofQueue("GetQueueAttributes"),
      GetQueueUrl: (input, { account, region }) =>
        of("GetQueueUrl", queueArn({ account: input.QueueOwnerAWSAccountId ?? account, region }, input.QueueName)),
      ListDeadLetterSourceQueues: ofQueue("ListDeadLetterSourceQueues"),
      ListQueueTags: ofQueue("ListQueueTags"),
      ListQueues: (_input, call) => of("ListQueues", queueArn(call, "*")),
      PurgeQueue: ofQueue("PurgeQueue"),
      ReceiveMessage: ofQueue("ReceiveMessage"),
      RemovePermission: ofQueue("RemovePermission"),
      SendMessage: ofQueue("SendMessage"),
      SendMessageBatch: ofQueue("SendMessage"),
      SetQueueAttributes: ofQueue("SetQueueAttributes"),
      TagQueue: (input, call) => of("TagQueue", queue(call, input.QueueUrl), requestTags(input.Tags)),
      UntagQueue: (input, call) => of("UntagQueue", queue(call, input.QueueUrl), tagKeys(input.TagKeys)),
    },
    {
      resource(arn) {
        const found = findQueueByArn(state, arn);
        if (found === undefined) return undefined;
        const { attributes, tags } = found.document;
        const policy = attributes.Policy === undefined ? undefined : policies.compile(attributes.Policy, arn);
        return { account: found.ref.account, policy, tags };
      },
    },
  );
}
