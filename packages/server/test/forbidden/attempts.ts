import type { SigningCredential } from "@nephoscope/wire";
import type { Answer } from "./client.ts";
import { ACCOUNT, EXTERNAL_ID, type House } from "./house.ts";

export interface Attempt {
  readonly kind: string;
  readonly what: string;
  readonly run: () => Promise<Answer>;
  /** Codes of which one is right. */
  readonly codes: RegExp;
  /** Whose account keeps the record of the call; undefined for callers that prove nothing. */
  readonly recordedFor: "main" | "other" | undefined;
}

/** Names that cannot be are refused as such, before anybody is asked. */
const DENIED =
  /^(AccessDenied|AccessDeniedException|AuthorizationError|UnauthorizedOperation|InvalidParameterException)$/;
/** S3 tells of what is not in a bucket only who may list it, and refuses names that are none. */
const NO_OBJECT =
  /^(AccessDenied|InvalidURI|InvalidArgument|InvalidBucketName|NoSuchBucket|KeyTooLongError|HTTP 400|InvalidRequest)$/;
const NO_SESSION =
  /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|InvalidToken|SignatureDoesNotMatch|InvalidSignatureException)$/;
const EXPIRED = /^(ExpiredToken|ExpiredTokenException)$/;
const UNSIGNED = /^(MissingAuthenticationToken|MissingAuthenticationTokenException|AccessDenied)$/;

type Call = readonly [service: string, operation: string, input: Readonly<Record<string, unknown>>];

/** One attempt that must be refused, of a random kind. The same seed makes the same attempts. */
export function makeAttempts(house: House, below: (bound: number) => number) {
  const { client, alice, other, session, topic, queue, kmsKey } = house;
  const pick = <T>(list: readonly T[]): T => {
    const one = list[below(list.length)];
    if (one === undefined) throw new Error("nothing to pick");
    return one;
  };
  const name = () => pick(["secret", "secret2", "SECRET", "Alice-app", "ALICE", "alicе", "xalice", "*"]);
  const groupArn = (account = ACCOUNT) =>
    `arn:aws:logs:us-east-1:${account}:log-group:${pick(["secret", "alice-app"])}`;
  const query = { startTime: 0, endTime: 1, queryString: "fields @message" };

  /** Things of the main account, by names and ARNs. */
  const ofMain = (): Call =>
    pick<Call>([
      ["logs", "FilterLogEvents", { logGroupIdentifier: groupArn() }],
      ["logs", "StartQuery", { ...query, logGroupIdentifiers: [groupArn()] }],
      ["logs", "DescribeLogStreams", { logGroupIdentifier: groupArn() }],
      ["logs", "ListTagsForResource", { resourceArn: groupArn() }],
      ["sns", "Publish", { TopicArn: topic, Message: "x" }],
      ["sns", "GetTopicAttributes", { TopicArn: topic }],
      ["sns", "Subscribe", { TopicArn: topic, Protocol: "email", Endpoint: "a@example.org" }],
      ["sns", "DeleteTopic", { TopicArn: topic }],
      [
        "sns",
        "AddPermission",
        { TopicArn: topic, Label: "l", "AWSAccountId.member.1": ACCOUNT, "ActionName.member.1": "Publish" },
      ],
      ["sqs", "SendMessage", { QueueUrl: queue, MessageBody: "x" }],
      ["sqs", "ReceiveMessage", { QueueUrl: queue }],
      ["sqs", "PurgeQueue", { QueueUrl: queue }],
      ["sqs", "SetQueueAttributes", { QueueUrl: queue, Attributes: { VisibilityTimeout: "1" } }],
      ["kms", "Encrypt", { KeyId: kmsKey, Plaintext: "aGk=" }],
      ["kms", "GenerateDataKey", { KeyId: kmsKey, KeySpec: "AES_256" }],
      [
        "kms",
        "PutKeyPolicy",
        {
          KeyId: kmsKey,
          Policy:
            '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}}',
          BypassPolicyLockoutSafetyCheck: true,
        },
      ],
      ["kms", "ScheduleKeyDeletion", { KeyId: kmsKey }],
      [
        "sts",
        "AssumeRole",
        { RoleArn: `arn:aws:iam::${ACCOUNT}:role/partner`, RoleSessionName: "session", ExternalId: EXTERNAL_ID },
      ],
    ]);

  /** What alice has no policy for. */
  const forAlice = (): Call =>
    pick<Call>(
      [
        () =>
          [
            "logs",
            pick(["DeleteLogGroup", "PutRetentionPolicy", "CreateLogGroup"]),
            { logGroupName: name(), retentionInDays: 1 },
          ] satisfies Call,
        () =>
          [
            "logs",
            "PutLogEvents",
            { logGroupName: name(), logStreamName: "s", logEvents: [{ timestamp: 1, message: "x" }] },
          ] satisfies Call,
        () =>
          [
            "logs",
            "StartQuery",
            {
              ...query,
              queryString: pick(["SOURCE logGroups() | fields @message", "SOURCE 'secret' | fields @message"]),
            },
          ] satisfies Call,
        () => ["logs", "DescribeLogGroups", {}] satisfies Call,
        () => ["iam", pick(["ListUsers", "ListRoles", "GetAccountSummary", "GetCredentialReport"]), {}] satisfies Call,
        () =>
          [
            "iam",
            pick(["CreateAccessKey", "DeleteUser", "CreateLoginProfile"]),
            { UserName: pick(["administrator", "Administrator", "alice", "ALICE"]), Password: "aB3$aB3$aB3$" },
          ] satisfies Call,
        () =>
          [
            "iam",
            "AttachUserPolicy",
            { UserName: pick(["alice", "Alice"]), PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
          ] satisfies Call,
        () => ["iam", "UpdateAssumeRolePolicy", { RoleName: "partner", PolicyDocument: "{}" }] satisfies Call,
        () =>
          [
            "cloudwatch",
            "PutMetricData",
            { Namespace: "x", "MetricData.member.1.MetricName": "y", "MetricData.member.1.Value": 1 },
          ] satisfies Call,
        () => ["cloudwatch", "ListDashboards", {}] satisfies Call,
        () => ["organizations", "ListAccounts", {}] satisfies Call,
        () => ["decisions", "ExplainDecision", { RequestId: "x" }] satisfies Call,
        () => ["kms", "ListKeys", {}] satisfies Call,
        ofMainButRoles,
      ].map((make) => make()),
    );
  const ofMainButRoles = (): Call => {
    const call = ofMain();
    const own = JSON.stringify(call[2]).includes("alice-app");
    return call[0] === "sts" || own ? ["sns", "Publish", { TopicArn: topic, Message: "x" }] : call;
  };

  const call =
    (who: SigningCredential | undefined, [service, operation, input]: Call) =>
    () =>
      client.call(who, service, operation, input);

  /** Paths to what alice may not read: other folders, written in ways that some reader might take for hers. */
  const path = () =>
    pick([
      "/vault/home/bob/diary",
      "/vault/home/alice/../bob/diary",
      "/vault/home/alice/%2e%2e/bob/diary",
      "/vault/home/alice/%2E%2E%2Fbob%2Fdiary",
      "/vault/home/alice/..%2fbob/diary",
      "/vault/home/alice%2f..%2fbob/diary",
      "/vault//home/bob/diary",
      "/vault/./home/bob/diary",
      "/vault/home/alice/../../../../etc/passwd",
      "/vault/home/bob/diary%00",
      "/vault/home/alice%00/../bob/diary",
      "/vault/home/Alice/own",
      "/vault/HOME/alice/own",
      "/vault/home/%61lice/../bob/diary",
      "/vault/home/alic%C3%A9/own",
      "/vault/home/ali%D1%81e/own",
      "/vault/home/%EF%BD%81lice/own",
      "/vault/home/alice/locked/x",
      "/vault/home/alice/locked/%2e/x",
      "/VAULT/home/alice/own",
      "/vault%2fhome/bob/diary",
      "/vault/?list-type=2",
      "/vault/?acl",
      "/vault/?policy",
      "/",
    ]);

  const kinds: readonly (() => Attempt)[] = [
    () => {
      const it = ofMain();
      return {
        kind: "another account",
        what: it[1],
        run: call(other, it),
        codes: /^(AccessDenied|AccessDeniedException|AuthorizationError|NotFoundException)$/,
        recordedFor: "other",
      };
    },
    () => {
      const it = forAlice();
      return { kind: "another user's key", what: it[1], run: call(alice, it), codes: DENIED, recordedFor: "main" };
    },
    () => {
      const it = forAlice();
      return {
        kind: "session of a user",
        what: it[1],
        run: call(session, it),
        codes:
          /^(AccessDenied|AccessDeniedException|AuthorizationError|InvalidClientTokenId|InvalidParameterException)$/,
        recordedFor: "main",
      };
    },
    () => {
      const token = session.sessionToken ?? "";
      const at = below(token.length);
      const altered = pick([
        `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`,
        token.slice(0, at),
        `${token}A`,
        token.split("").reverse().join(""),
      ]);
      const it = pick<Call>([
        ["sts", "GetCallerIdentity", {}],
        ["logs", "DescribeLogGroups", {}],
        ["kms", "ListKeys", {}],
      ]);
      return {
        kind: "altered token",
        what: it[1],
        run: call({ ...session, sessionToken: altered }, it),
        codes: NO_SESSION,
        recordedFor: undefined,
      };
    },
    () => {
      const it = pick<Call>([
        ["sts", "GetCallerIdentity", {}],
        ["logs", "DescribeLogGroups", {}],
        ["sns", "ListTopics", {}],
      ]);
      const wrong = pick([
        { ...alice, secret: house.other.secret },
        { ...house.admin, secret: alice.secret },
        { accessKeyId: session.accessKeyId, secret: session.secret },
        { ...alice, accessKeyId: "AKIAAAAAAAAAAAAAAAAA" },
      ]);
      return {
        kind: "key that does not fit",
        what: it[1],
        run: call(wrong, it),
        codes: NO_SESSION,
        recordedFor: undefined,
      };
    },
    () => {
      const it = pick([ofMain, forAlice])();
      return { kind: "no signature", what: it[1], run: call(undefined, it), codes: UNSIGNED, recordedFor: undefined };
    },
    () => {
      const where = path();
      const method = where === "/" ? "GET" : pick(["GET", "HEAD", "DELETE"]);
      return {
        kind: "path",
        what: `${method} ${where}`,
        run: () => client.s3(alice, method, where),
        codes:
          /^(AccessDenied|HTTP 40[034]|NoSuchBucket|InvalidBucketName|InvalidArgument|InvalidURI|MethodNotAllowed)$/,
        recordedFor: "main",
      };
    },
    () => {
      const where = pick(["/vault/home/alice/own", "/vault/home/bob/diary", "/vault/?list-type=2", "/vault"]);
      return {
        kind: "bucket without a policy",
        what: `GET ${where}`,
        run: () => client.s3(below(2) === 0 ? other : undefined, "GET", where),
        codes: /^AccessDenied$/,
        recordedFor: undefined,
      };
    },
    () => {
      const acl = { "x-amz-acl": pick(["public-read", "public-read-write", "authenticated-read"]) };
      const where = pick(["/vault/home/alice/own?acl", "/vault?acl"]);
      return {
        kind: "access list against the block",
        what: `PUT ${where}`,
        run: () => client.s3(pick([alice, house.admin]), "PUT", where, acl),
        codes: /^(AccessDenied|AccessControlListNotSupported)$/,
        recordedFor: "main",
      };
    },
    () => {
      const ExternalId = pick([
        "between-Us",
        "between-us2",
        "BETWEEN-US",
        "between_us",
        "between-us-",
        "between-us/",
        "between-us@",
      ]);
      const input = {
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/${pick(["partner", "Partner"])}`,
        RoleSessionName: "session",
        ...(below(3) > 0 && { ExternalId }),
      };
      return {
        kind: "confused deputy",
        what: `AssumeRole ${ExternalId}`,
        run: call(alice, ["sts", "AssumeRole", input]),
        codes: DENIED,
        recordedFor: "main",
      };
    },
  ];

  return {
    next: (): Attempt => pick(kinds)(),
    /** Only once the session's time is over. */
    expired: (): Attempt => {
      const it = pick<Call>([
        ["sts", "GetCallerIdentity", {}],
        ["logs", "DescribeLogGroups", {}],
        ["sns", "ListTopics", {}],
        ["kms", "ListKeys", {}],
      ]);
      return { kind: "expired session", what: it[1], run: call(session, it), codes: EXPIRED, recordedFor: undefined };
    },
    noObject: NO_OBJECT,
  };
}
