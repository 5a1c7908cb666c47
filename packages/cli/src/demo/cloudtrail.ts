import { atClock, type Day, officeHours, spread } from "./day.ts";
import type { Dice } from "./dice.ts";
import { ACCOUNT, BAD_CLIENT, REGION, visitors } from "./fleet.ts";
import type { SampleEvent, Source } from "./source.ts";

interface Call {
  readonly source: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly parameters: Record<string, unknown> | null;
  readonly answer?: Record<string, unknown> | null;
  readonly error?: readonly [code: string, message: string];
}

interface Caller {
  readonly identity: Record<string, unknown>;
  readonly address: string;
  readonly agent: string;
}

const CLI = "aws-cli/1.45.11 md/Botocore#1.43.11 ua/2.1 os/linux md/arch#x86_64 lang/python#3.11.2";
const CONSOLE = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const SDK = "aws-sdk-java/2.29.9 md/io#sync md/http#Apache ua/2.1 os/Linux lang/java#21.0.5";
const GROUPS = ["AccessLogGroup", "SSHLogGroup", "VPCFlowLogGroup", "/aws/lambda/TestLogs"];
const BUCKETS = ["my-cloudtrail-bucket", "my-config-bucket", "shop-images", "shop-backups"];

/** API calls as CloudTrail delivers them to a log group: one JSON record an event. */
export const cloudtrail: Source = {
  name: "CloudTrail records",
  group: "CloudTrailLogs",
  share: 6,
  *generate(day, dice, count) {
    const callers = makeCallers(dice, day);
    const story = nightlyInstances(day, dice);
    let told = 0;
    for (const time of spread(day, Math.max(0, count - story.length), officeHours, dice)) {
      for (let next = story[told]; next !== undefined && next.timestamp <= time; next = story[told]) {
        yield next;
        told++;
      }
      yield record(dice, time, dice.pickSkewed(callers, 1.6), someCall(dice));
    }
    yield* story.slice(told);
  },
};

/** Somebody runs three large instances at half past nine in the evening and ends them at half past four. */
function nightlyInstances(day: Day, dice: Dice): readonly SampleEvent[] {
  const culprit = assumedRole(dice, day, "BuildRole", "nightly-job", "203.0.113.45", SDK);
  const instances = [0, 1, 2].map(() => `i-${dice.hex(17)}`);
  const items = instances.map((instanceId) => ({ instanceId }));
  const run: Call = {
    source: "ec2.amazonaws.com",
    name: "RunInstances",
    readOnly: false,
    parameters: {
      instancesSet: { items: [{ imageId: "ami-0abcdef1234567890", minCount: 3, maxCount: 3 }] },
      instanceType: "p3.16xl",
      monitoring: { enabled: false },
    },
    answer: {
      reservationId: `r-${dice.hex(17)}`,
      instancesSet: {
        items: items.map((item) => ({ ...item, instanceType: "p3.16xl", currentState: { name: "pending" } })),
      },
    },
  };
  const end: Call = {
    source: "ec2.amazonaws.com",
    name: "TerminateInstances",
    readOnly: false,
    parameters: { instancesSet: { items } },
    answer: { instancesSet: { items: items.map((item) => ({ ...item, currentState: { name: "shutting-down" } })) } },
  };
  return [record(dice, atClock(day, 21, 30), culprit, run), record(dice, atClock(day, 4, 30), culprit, end)].sort(
    (a, b) => a.timestamp - b.timestamp,
  );
}

function makeCallers(dice: Dice, day: Day): readonly Caller[] {
  const offices = visitors(dice, 3);
  return [
    assumedRole(dice, day, "AgentRole", "cloudwatch-agent", "10.0.2.21", SDK),
    assumedRole(dice, day, "DeployRole", "pipeline", "10.0.2.22", CLI),
    user(dice, "Dylan", dice.pick(offices), CONSOLE),
    user(dice, "Maria", dice.pick(offices), CLI),
    user(dice, "backup", "10.0.3.30", SDK),
    {
      identity: { type: "AWSService", invokedBy: "config.amazonaws.com" },
      address: "config.amazonaws.com",
      agent: "config.amazonaws.com",
    },
    user(dice, "old-ci", BAD_CLIENT, CLI),
  ];
}

function user(dice: Dice, name: string, address: string, agent: string): Caller {
  const identity = {
    type: "IAMUser",
    principalId: principal("AIDA", dice),
    arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
    accountId: ACCOUNT,
    accessKeyId: principal("AKIA", dice),
    userName: name,
  };
  return { identity, address, agent };
}

function assumedRole(dice: Dice, day: Day, role: string, session: string, address: string, agent: string): Caller {
  const id = principal("AROA", dice);
  const identity = {
    type: "AssumedRole",
    principalId: `${id}:${session}`,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`,
    accountId: ACCOUNT,
    accessKeyId: principal("ASIA", dice),
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: id,
        arn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
        accountId: ACCOUNT,
        userName: role,
      },
      attributes: { creationDate: seconds(day.start), mfaAuthenticated: "false" },
    },
  };
  return { identity, address, agent };
}

function principal(prefix: string, dice: Dice): string {
  return `${prefix}DEMO${dice.hex(12).toUpperCase()}`;
}

function someCall(dice: Dice): Call {
  const group = dice.pick(GROUPS);
  const bucket = dice.pick(BUCKETS);
  const logs = "logs.amazonaws.com";
  const ec2 = "ec2.amazonaws.com";
  return dice.pickWeighted<Call>([
    [16, { source: ec2, name: "DescribeInstances", readOnly: true, parameters: { instancesSet: {}, filterSet: {} } }],
    [
      12,
      {
        source: logs,
        name: "DescribeLogStreams",
        readOnly: true,
        parameters: { logGroupName: group, descending: true, orderBy: "LastEventTime" },
      },
    ],
    [
      9,
      {
        source: "sts.amazonaws.com",
        name: "AssumeRole",
        readOnly: true,
        parameters: { roleArn: `arn:aws:iam::${ACCOUNT}:role/DeployRole`, roleSessionName: "pipeline" },
      },
    ],
    [
      9,
      { source: "s3.amazonaws.com", name: "GetBucketAcl", readOnly: true, parameters: { bucketName: bucket, acl: "" } },
    ],
    [
      7,
      { source: "monitoring.amazonaws.com", name: "DescribeAlarms", readOnly: true, parameters: { maxRecords: 100 } },
    ],
    [
      6,
      {
        source: "ssm.amazonaws.com",
        name: "GetParameter",
        readOnly: true,
        parameters: { name: "ConfigParamForEC2s", withDecryption: false },
      },
    ],
    [
      5,
      {
        source: "kms.amazonaws.com",
        name: "Decrypt",
        readOnly: true,
        parameters: { encryptionAlgorithm: "SYMMETRIC_DEFAULT" },
      },
    ],
    [
      4,
      {
        source: logs,
        name: "CreateLogStream",
        readOnly: false,
        parameters: { logGroupName: group, logStreamName: `i-${dice.hex(17)}` },
        answer: null,
      },
    ],
    [
      2,
      {
        source: "sqs.amazonaws.com",
        name: "CreateQueue",
        readOnly: false,
        parameters: { queueName: `jobs-${dice.between(1, 30)}` },
      },
    ],
    [
      2,
      {
        source: ec2,
        name: "AuthorizeSecurityGroupIngress",
        readOnly: false,
        parameters: { groupId: "sg-0de30617f2c4a9b85", fromPort: 22, toPort: 22 },
        answer: { _return: true },
      },
    ],
    [
      1,
      {
        source: "s3.amazonaws.com",
        name: "PutBucketAcl",
        readOnly: false,
        parameters: { bucketName: bucket, "x-amz-acl": "public-read" },
        answer: null,
      },
    ],
    [
      1,
      {
        source: ec2,
        name: "StopInstances",
        readOnly: false,
        parameters: null,
        error: ["Client.UnauthorizedOperation", "You are not authorized to perform this operation."],
      },
    ],
    [
      1,
      {
        source: "iam.amazonaws.com",
        name: "ListUsers",
        readOnly: true,
        parameters: null,
        error: ["AccessDenied", "User is not authorized to perform: iam:ListUsers"],
      },
    ],
  ]);
}

function record(dice: Dice, timestamp: number, caller: Caller, call: Call): SampleEvent {
  const message = JSON.stringify({
    eventVersion: "1.11",
    userIdentity: caller.identity,
    eventTime: seconds(timestamp),
    eventSource: call.source,
    eventName: call.name,
    awsRegion: REGION,
    sourceIPAddress: caller.address,
    userAgent: caller.agent,
    ...(call.error && { errorCode: call.error[0], errorMessage: call.error[1] }),
    requestParameters: call.parameters,
    responseElements: call.answer ?? null,
    requestID: dice.uuid(),
    eventID: dice.uuid(),
    readOnly: call.readOnly,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: "Management",
  });
  return { stream: `${ACCOUNT}_CloudTrail_${REGION}`, timestamp, message };
}

function seconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
