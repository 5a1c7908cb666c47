import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { virtualClock } from "../../src/platform/clock/virtual-clock.ts";
import { eventually, openHouse, webhook } from "./house.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SECOND = 1_000;

const linkIn = (text: string | undefined): string => /https?:\/\/\S+/.exec(text ?? "")?.[0] ?? "";

test("a link confirms for three days; then it doesn't, and the subscription is gone", async (t) => {
  const clock = virtualClock(Date.now());
  const { sns, kept, endpoint } = await openHouse(t, { clock });
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "t" }));
  const subscribe = async (address: string) => {
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: address }));
    return linkIn((await eventually(() => kept.list(9).find(({ to }) => to === address))).text);
  };
  const early = await subscribe("early@example.org");
  const late = await subscribe("late@example.org");
  await clock.advance(3 * DAY - SECOND);
  assert.equal((await fetch(early)).status, 200);
  await clock.advance(SECOND);
  assert.equal((await fetch(late)).status, 400);
  assert.match(await (await fetch(late)).text(), /links are good for three days/);
  await clock.advance(HOUR);
  const left = await eventually(async () => {
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    return Subscriptions?.length === 1 && Subscriptions;
  });
  assert.equal(left[0]?.Endpoint, "early@example.org");
  assert.ok(endpoint !== "");
});

test("a webhook that is away gets its message at its policy's times", async (t) => {
  const clock = virtualClock(Date.now());
  let away = false;
  const hook = await webhook(t, (_hit, response) => response.writeHead(away ? 503 : 200).end());
  const { sns, endpoint, outbox } = await openHouse(t, { clock, allow: ["127.0.0.1"] });
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "t" }));
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: hook.url, ReturnSubscriptionArn: true }),
  );
  const asked = await eventually(() => hook.hits[0]);
  await fetch(`${endpoint}/${new URL((JSON.parse(asked.body) as { SubscribeURL: string }).SubscribeURL).search}`);
  away = true;
  await sns.send(new PublishCommand({ TopicArn, Message: "x" }));
  // One try, and three more, 20 seconds apart, as AWS's default policy has it.
  for (let tries = 1; tries <= 4; tries++) {
    await eventually(() => hook.hits.length === 1 + tries && (tries === 4 || outbox.waiting(1)[0]?.attempts === tries));
    await clock.advance(19 * SECOND);
    assert.equal(hook.hits.length, 1 + tries);
    await clock.advance(SECOND);
  }
  const given = await eventually(() => outbox.givenUp(1)[0]);
  assert.equal(given.attempts, 4);

  // No more than one a second, when the policy says so.
  away = false;
  hook.hits.length = 0;
  await sns.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn,
      AttributeName: "DeliveryPolicy",
      AttributeValue: JSON.stringify({ throttlePolicy: { maxReceivesPerSecond: 1 } }),
    }),
  );
  for (const Message of ["a", "b", "c"]) await sns.send(new PublishCommand({ TopicArn, Message }));
  for (let sent = 1; sent <= 3; sent++) {
    await eventually(() => hook.hits.length === sent && outbox.waiting(9).every(({ dueAt }) => dueAt > clock.now()));
    await clock.advance(SECOND);
  }
  await eventually(() => outbox.counts().waiting === 0);
});
