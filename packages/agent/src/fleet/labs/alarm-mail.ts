import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { openLab } from "./cli-lab.ts";
import { eventually } from "./parts.ts";

// Walkthrough "watching a database server", section 2: a metric filter, an alarm on it, and the mails that it sends.

const GROUP = "database_server_security_logs";
const NAME = "database server authentication failures";
const FAILURE =
  "su: pam_unix(su:auth): authentication failure; logname= uid=1000 euid=0 tty=pts/0 ruser=ec2-user rhost=  user=dbdev";
const OTHERS = [
  "systemd[1]: Started Session 4 of User ec2-user.",
  "sshd[812]: Connection closed by 10.10.20.4 port 22",
];
const MINUTE = 60_000;
const PNG = [0x89, 0x50, 0x4e, 0x47];

export async function alarmOnFailures(t: TestContext): Promise<void> {
  const { aws, mailbox, now, leap } = await openLab(t);
  const { mailWith } = mailbox;
  const write = (...messages: string[]) => {
    const events = messages.map((message, index) => ({ timestamp: Math.floor(now()) + index, message }));
    return aws(
      ...["logs", "put-log-events", "--log-group-name", GROUP, "--log-stream-name", "i-0123456789abcdef0"],
      ...["--log-events", JSON.stringify(events)],
    );
  };
  await aws("logs", "create-log-group", "--log-group-name", GROUP);
  await aws("logs", "create-log-stream", "--log-group-name", GROUP, "--log-stream-name", "i-0123456789abcdef0");

  const tested = await aws(
    ...["logs", "test-metric-filter", "--filter-pattern", '"authentication failure"'],
    ...["--log-event-messages", ...OTHERS, FAILURE, FAILURE, FAILURE, FAILURE],
  );
  assert.equal(tested.at("matches.length"), 4);
  await aws(
    ...["logs", "put-metric-filter", "--log-group-name", GROUP, "--filter-name", NAME],
    ...["--filter-pattern", '"authentication failure"', "--metric-transformations"],
    JSON.stringify([
      { metricName: NAME, metricNamespace: "authentication failures", metricValue: "1", defaultValue: 0 },
    ]),
  );

  const topic = (await aws("sns", "create-topic", "--name", "CloudWatch_alarm_notifications")).at("TopicArn");
  assert.ok(typeof topic === "string");
  const subscribed = await aws(
    ...["sns", "subscribe", "--topic-arn", topic, "--protocol", "email"],
    ...["--notification-endpoint", "ops@example.org"],
  );
  assert.equal(subscribed.at("SubscriptionArn"), "pending confirmation");
  await aws(
    ...["cloudwatch", "put-metric-alarm", "--alarm-name", `${NAME} alarm`],
    ...["--namespace", "authentication failures", "--metric-name", NAME, "--statistic", "Sum", "--period", "300"],
    ...["--evaluation-periods", "1", "--threshold", "2", "--comparison-operator", "GreaterThanThreshold"],
    ...["--treat-missing-data", "notBreaching", "--alarm-actions", topic, "--ok-actions", topic],
  );
  const state = async () => (await aws("cloudwatch", "describe-alarms")).at("MetricAlarms.0.StateValue");
  await eventually("an alarm that is OK", async () => (await state()) === "OK");

  const confirmation = await mailWith(/^AWS Notification - Subscription Confirmation$/);
  assert.ok(confirmation.text?.includes(topic));
  // The alarm is OK by now, and nobody has been told of that: the address has not been confirmed.
  assert.equal(await mailbox.count(), 1);
  const page = await fetch(/https?:\/\/\S+/.exec(confirmation.text ?? "")?.[0] ?? "");
  assert.match(await page.text(), /Subscription confirmed!/);
  const confirmed = await aws("sns", "list-subscriptions-by-topic", "--topic-arn", topic);
  assert.match(String(confirmed.at("Subscriptions.0.SubscriptionArn")), /^arn:aws:sns:/);

  await write(...OTHERS);
  const failed = performance.now();
  await write(FAILURE, FAILURE, FAILURE, FAILURE);
  const alarmed = await mailWith(/^ALARM: /);
  t.diagnostic(`${Math.round(performance.now() - failed)} ms from the AWS CLI's start to the mail in its box`);
  assert.equal(alarmed.subject, `ALARM: "${NAME} alarm" in US East (N. Virginia)`);
  assert.match(alarmed.text ?? "", /State Change: +OK -> ALARM/);
  assert.match(alarmed.text ?? "", /Threshold Crossed: 1 .*datapoints? \[4\.0 .*greater than the threshold \(2\.0\)/);
  const [graph] = alarmed.attachments;
  assert.deepEqual([graph?.mimeType, graph?.disposition], ["image/png", "inline"]);
  assert.ok(graph?.content instanceof ArrayBuffer);
  assert.deepEqual([...new Uint8Array(graph.content).subarray(0, 4)], PNG);
  assert.equal(await state(), "ALARM");

  // A later period of five minutes has none: a living server goes on writing other lines.
  leap(6 * MINUTE);
  await write(...OTHERS);
  leap(MINUTE);
  const over = await mailWith(/^OK: /);
  assert.match(over.text ?? "", /State Change: +ALARM -> OK/);
  assert.equal(await state(), "OK");
  const history = await aws("cloudwatch", "describe-alarm-history", "--history-item-type", "StateUpdate");
  assert.deepEqual(
    [0, 1, 2].map((index) => history.at(`AlarmHistoryItems.${index}.HistorySummary`)),
    ["Alarm updated from ALARM to OK", "Alarm updated from OK to ALARM", "Alarm updated from INSUFFICIENT_DATA to OK"],
  );
}
