import { loadModel, type Service, service } from "@nephoscope/wire";
import { receiveMessage } from "./messages/receive-message.ts";
import { sendMessage, sendMessageBatch } from "./messages/send-message.ts";
import {
  changeMessageVisibility,
  changeMessageVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
} from "./messages/settle-message.ts";
import type { SqsDeps, SqsSdk } from "./operation.ts";
import { deleteQueue, getQueueAttributes, purgeQueue, setQueueAttributes } from "./queues/change-queue.ts";
import { createQueue } from "./queues/create-queue.ts";
import { getQueueUrl, listDeadLetterSourceQueues, listQueues } from "./queues/find-queues.ts";
import { addPermission, removePermission } from "./queues/permissions.ts";
import { listQueueTags, tagQueue, untagQueue } from "./tags/tags.ts";

/** SQS: every operation, by its name at the API. */
export function sqsService(deps: SqsDeps): Service {
  return service<SqsSdk, SqsDeps>(loadModel("sqs"), { requireAll: true })(
    {
      AddPermission: addPermission,
      ChangeMessageVisibility: changeMessageVisibility,
      ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
      CreateQueue: createQueue,
      DeleteMessage: deleteMessage,
      DeleteMessageBatch: deleteMessageBatch,
      DeleteQueue: deleteQueue,
      GetQueueAttributes: getQueueAttributes,
      GetQueueUrl: getQueueUrl,
      ListDeadLetterSourceQueues: listDeadLetterSourceQueues,
      ListQueueTags: listQueueTags,
      ListQueues: listQueues,
      PurgeQueue: purgeQueue,
      ReceiveMessage: receiveMessage,
      RemovePermission: removePermission,
      SendMessage: sendMessage,
      SendMessageBatch: sendMessageBatch,
      SetQueueAttributes: setQueueAttributes,
      TagQueue: tagQueue,
      UntagQueue: untagQueue,
    },
    deps,
  );
}
