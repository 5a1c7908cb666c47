import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ACCOUNT, openHouse } from "./house.ts";

/**
 * Services are made to act for an attacker in another account (IAM user guide, "The confused deputy problem"): what they act on is
 * the main account's, and its policies say for whom.
 */
async function open(t: TestContext) {
  const house = await openHouse(t);
  const { client, admin, other, topic, queue } = house;
  const who = await client.call(other, "sts", "GetCallerIdentity", {});
  const attacker = /<Account>(\d{12})</.exec(who.text)?.[1] ?? "";
  const ok = async (...call: Parameters<typeof client.call>) => {
    const answer = await client.call(...call);
    assert.equal(answer.code, "", `${call[2]}: ${answer.text}`);
    return answer.text;
  };
  const queueArn = `arn:aws:sqs:us-east-1:${ACCOUNT}:work`;
  const lets = (Service: string, Action: string, Resource: string, Condition?: object) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service }, Action, Resource, ...(Condition && { Condition }) }],
    });
  const topicPolicy = (AttributeValue: string) =>
    ok(admin, "sns", "SetTopicAttributes", { TopicArn: topic, AttributeName: "Policy", AttributeValue });
  const queuePolicy = (Policy: string) =>
    ok(admin, "sqs", "SetQueueAttributes", { QueueUrl: queue, Attributes: { Policy } });
  /** Messages of the main account's queue, taken until one has the text. */
  const received = async (text: string): Promise<string[]> => {
    const found: string[] = [];
    while (!found.some((body) => body.includes(text))) {
      const answer = await ok(admin, "sqs", "ReceiveMessage", {
        QueueUrl: queue,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
      });
      const { Messages = [] }: { Messages?: { Body: string }[] } = JSON.parse(answer);
      found.push(...Messages.map(({ Body }) => Body));
    }
    return found;
  };
  return { ...house, attacker, ok, queueArn, lets, topicPolicy, queuePolicy, received };
}

test("an alarm of another account publishes to a topic only where the topic's policy names that account", async (t) => {
  const { admin, other, attacker, topic, queueArn, ok, lets, topicPolicy, received } = await open(t);
  await ok(admin, "sns", "Subscribe", { TopicArn: topic, Protocol: "sqs", Endpoint: queueArn });
  await ok(other, "cloudwatch", "PutMetricAlarm", {
    AlarmName: "loud",
    Namespace: "n",
    MetricName: "m",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
    "AlarmActions.member.1": topic,
  });
  let alarms = 0;
  /** Raises the alarm anew, and waits until its history tells what became of the action. */
  const raise = async (): Promise<string> => {
    alarms++;
    await ok(other, "cloudwatch", "SetAlarmState", { AlarmName: "loud", StateValue: "OK", StateReason: "calm" });
    const StateReason = `attack ${alarms}`;
    await ok(other, "cloudwatch", "SetAlarmState", { AlarmName: "loud", StateValue: "ALARM", StateReason });
    for (;;) {
      const text = await ok(other, "cloudwatch", "DescribeAlarmHistory", {
        AlarmName: "loud",
        HistoryItemType: "Action",
      });
      const summaries = [...text.matchAll(/<HistorySummary>([^<]*)</g)].map(([, summary]) => summary ?? "");
      if (summaries.length >= alarms) return summaries[0] ?? "";
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  const cloudwatch = (Condition?: object) => lets("cloudwatch.amazonaws.com", "SNS:Publish", topic, Condition);
  assert.match(await raise(), /^Failed to execute action/);
  await topicPolicy(cloudwatch({ StringEquals: { "aws:SourceAccount": ACCOUNT } }));
  assert.match(await raise(), /^Failed to execute action/);
  await topicPolicy(cloudwatch({ ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:*` } }));
  assert.match(await raise(), /^Failed to execute action/);
  await topicPolicy(lets("s3.amazonaws.com", "SNS:Publish", topic));
  assert.match(await raise(), /^Failed to execute action/);
  await topicPolicy(
    cloudwatch({
      StringEquals: { "aws:SourceAccount": attacker },
      ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:us-east-1:${attacker}:alarm:loud` },
    }),
  );
  assert.match(await raise(), /^Successfully executed action/);
  const bodies = await received("attack 5");
  assert.ok(!bodies.some((body) => /attack [1-4]/.test(body)), "what was refused was never published");
});

test("events of another account's bucket reach a queue only where the queue's policy names that account", async (t) => {
  const { client, admin, other, attacker, queueArn, lets, queuePolicy, received } = await open(t);
  const put = async (who: typeof admin, path: string, body: string) => {
    const answer = await client.s3(who, "PUT", path, {}, body);
    assert.equal(answer.status, 200, answer.text);
  };
  const notify = `<NotificationConfiguration><QueueConfiguration><Queue>${queueArn}</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>`;
  const s3 = (Condition?: object) => lets("s3.amazonaws.com", "sqs:SendMessage", queueArn, Condition);
  await queuePolicy(s3({ StringEquals: { "aws:SourceAccount": ACCOUNT } }));
  await put(other, "/attackers", "");
  await put(other, "/attackers?notification", notify);
  await put(admin, "/vault?notification", notify);
  await put(other, "/attackers/first", "x");
  await put(admin, "/vault/control", "x");
  const before = await received("control");
  assert.ok(!before.some((body) => body.includes("attackers")), "nothing of the other account's bucket");
  await queuePolicy(
    s3({ ArnEquals: { "aws:SourceArn": "arn:aws:s3:::attackers" }, StringEquals: { "aws:SourceAccount": attacker } }),
  );
  await put(other, "/attackers/second", "x");
  await received("second");
});

test("nobody hands a service another account's role, key or bucket, and every attempt is recorded", async (t) => {
  const { client, admin, other, kmsKey, ok } = await open(t);
  await ok(admin, "iam", "CreateRole", {
    RoleName: "powerful",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: ["logs.amazonaws.com", "vpc-flow-logs.amazonaws.com", "ssm.amazonaws.com"] },
        Action: "sts:AssumeRole",
      },
    }),
  });
  const role = `arn:aws:iam::${ACCOUNT}:role/powerful`;
  assert.equal((await client.s3(other, "PUT", "/attackers")).status, 200);
  const logging =
    "<BucketLoggingStatus><LoggingEnabled><TargetBucket>vault</TargetBucket><TargetPrefix>x</TargetPrefix></LoggingEnabled></BucketLoggingStatus>";
  const attempts = {
    "a scheduled query under the role": [
      "AccessDeniedException",
      client.call(other, "logs", "CreateScheduledQuery", {
        name: "q",
        queryLanguage: "CWLI",
        queryString: "SOURCE logGroups() | fields @message",
        scheduleExpression: "rate(1 minute)",
        executionRoleArn: role,
      }),
    ],
    "a flow log under the role": [
      "UnauthorizedOperation",
      client.call(other, "ec2", "CreateFlowLogs", {
        "ResourceId.1": "vpc-12345678",
        ResourceType: "VPC",
        TrafficType: "ALL",
        LogGroupName: "g",
        DeliverLogsPermissionArn: role,
      }),
    ],
    "an object under the key": [
      "AccessDenied",
      client.s3(
        other,
        "PUT",
        "/attackers/k",
        { "x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": kmsKey },
        "x",
      ),
    ],
    "access logs into the bucket": [
      "InvalidTargetBucketForLogging",
      client.s3(other, "PUT", "/attackers?logging", {}, logging),
    ],
    "another account's block of public access": [
      "AccessDenied",
      client.s3(other, "GET", "/v20180820/configuration/publicAccessBlock", { "x-amz-account-id": ACCOUNT }),
    ],
  } as const;
  for (const [what, [expected, attempt]] of Object.entries(attempts)) {
    const { code, requestId, text } = await attempt;
    assert.equal(code, expected, `${what}: ${text}`);
    for (let tries = 1; ; tries++) {
      const record = await client.call(other, "decisions", "ExplainDecision", { RequestId: requestId });
      if (record.code === "") {
        assert.match(record.text, new RegExp(`"ErrorCode":"\\w*${expected}`), what);
        break;
      }
      assert.ok(tries < 200, `${what} is not recorded: ${record.text}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
});
