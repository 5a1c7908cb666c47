import { loadModel, type Service, service } from "@nephoscope/wire";
import type { SnsDeps, SnsSdk } from "./operation.ts";
import { publish, publishBatch } from "./publish/publish.ts";
import { confirmSubscription } from "./subscriptions/confirm.ts";
import { listSubscriptions, listSubscriptionsByTopic } from "./subscriptions/list-subscriptions.ts";
import { subscribe } from "./subscriptions/subscribe.ts";
import { getSubscriptionAttributes, setSubscriptionAttributes } from "./subscriptions/subscription-attributes.ts";
import { unsubscribe } from "./subscriptions/unsubscribe.ts";
import { createTopic } from "./topics/create-topic.ts";
import { deleteTopic } from "./topics/delete-topic.ts";
import { listTopics } from "./topics/list-topics.ts";
import { addPermission, removePermission } from "./topics/permissions.ts";
import { listTagsForResource, tagResource, untagResource } from "./topics/tags.ts";
import { getTopicAttributes, setTopicAttributes } from "./topics/topic-attributes.ts";

/** SNS: every operation, by its name at the API. */
export function snsService(deps: SnsDeps): Service {
  return service<SnsSdk, SnsDeps>(loadModel("sns"), { requireAll: true })(
    {
      AddPermission: addPermission,
      ConfirmSubscription: confirmSubscription,
      CreateTopic: createTopic,
      DeleteTopic: deleteTopic,
      GetSubscriptionAttributes: getSubscriptionAttributes,
      GetTopicAttributes: getTopicAttributes,
      ListSubscriptions: listSubscriptions,
      ListSubscriptionsByTopic: listSubscriptionsByTopic,
      ListTagsForResource: listTagsForResource,
      ListTopics: listTopics,
      Publish: publish,
      PublishBatch: publishBatch,
      RemovePermission: removePermission,
      SetSubscriptionAttributes: setSubscriptionAttributes,
      SetTopicAttributes: setTopicAttributes,
      Subscribe: subscribe,
      TagResource: tagResource,
      Unsubscribe: unsubscribe,
      UntagResource: untagResource,
    },
    deps,
  );
}
