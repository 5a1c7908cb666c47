import type { PolicyKind } from "../parse.ts";
import type { Requester } from "../requester.ts";

/**
 * Random policies and requests over few words, so that statements match, nearly match and contradict each other often.
 * The same seed gives the same.
 */

export interface RandomRequest {
  readonly documents: Readonly<Record<"identity" | "boundary" | "session" | "resource", readonly object[] | undefined>>;
  readonly requester: Requester;
  readonly resourceAccount: string | undefined;
  readonly required: boolean;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** Numbers below a bound (a linear congruential generator's upper bits). */
export type Below = (bound: number) => number;

export function randomNumbers(seed: number): Below {
  let state = (seed * 2_654_435_761) >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Written so that no linter takes it for a mistaken template. */
const variable = (body: string): string => `$${"{"}${body}}`;

const ONE = "111111111111";
const TWO = "222222222222";
const ACTIONS = ["s3:GetObject", "s3:PutObject", "S3:getobject", "logs:PutLogEvents", "logs:Get", "kms:Decrypt"];
const ACTION_PATTERNS = [
  "*",
  "s3:*",
  "s3:Get*",
  "*:Get*",
  "s3:?etObject",
  "logs:*",
  "S3:G*t",
  "kms:Decrypt",
  "logs:get",
];
const RESOURCES = [
  "*",
  "arn:aws:s3:::b",
  "arn:aws:s3:::b/alice/k",
  "arn:aws:s3:::b/*/k",
  "arn:aws:logs:eu-1:111111111111:log-group:g",
  "arn:aws:logs:eu-1:222222222222:log-group:g:log-stream:s",
];
const RESOURCE_PATTERNS = [
  "*",
  "arn:aws:s3:::b/*",
  "arn:aws:s3:::b*",
  "arn:aws:s3:::?/*/k",
  `arn:aws:s3:::b/${variable("aws:username")}/*`,
  `arn:aws:s3:::b/${variable("aws:PrincipalTag/team, 'alice'")}/k`,
  `arn:aws:s3:::b/${variable("*")}/k`,
  "arn:aws:*:*:*:*",
  "arn:aws:logs:*-1:111111111111:log-group:g*",
  "arn:aws:logs:e*1:*:log-group:*:log-stream:?",
  "arn:aws:l*",
  "arn:aws:*s:*:log*",
];
const TEXTS = [
  "alice",
  "bob",
  "ALICE",
  "a*",
  "?ob",
  "*",
  "",
  variable("aws:username"),
  variable("aws:PrincipalTag/team"),
  `a${variable("*")}`,
];
const ARNS = [
  "arn:aws:sns:eu-1:111111111111:t",
  "arn:aws:sns:*:111111111111:*",
  "arn:aws:sns:eu-?:1*1:t",
  "arn:aws:s3:::b:c",
  "arn:*",
  "*",
  "arn:aws:sns",
  variable("aws:SourceArn"),
  `arn:aws:iam::111111111111:user/${variable("aws:username")}`,
];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  String: TEXTS,
  Arn: ARNS,
  Numeric: ["1", "2", "2.0", "10", "-3"],
  Date: ["2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z", "2027-01-01T00:00:00Z", "1795255200"],
  Bool: ["true", "false"],
  Null: ["true", "false"],
  Binary: ["QQ==", "Qg==", "AAE="],
  Ip: ["10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "2001:db8::/32", "203.0.113.0/25"],
};
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  String: [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
  ],
  Arn: ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
  Numeric: [
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
  ],
  Date: [
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
  ],
  Bool: ["Bool"],
  Null: ["Null"],
  Binary: ["BinaryEquals"],
  Ip: ["IpAddress", "NotIpAddress"],
};
const FAMILIES = Object.keys(OPERATORS);
const KEYS: Readonly<Record<string, readonly string[]>> = {
  String: ["aws:username", "aws:PrincipalTag/team", "aws:TagKeys", "aws:USERNAME"],
  Arn: ["aws:SourceArn", "aws:TagKeys"],
  Numeric: ["x:number", "aws:username"],
  Date: ["aws:CurrentTime"],
  Bool: ["aws:SecureTransport"],
  Null: ["aws:username", "aws:TagKeys", "x:number"],
  Binary: ["x:bytes"],
  Ip: ["aws:SourceIp"],
};
/** What requests bring for a key. */
const GIVEN: Readonly<Record<string, readonly (string | readonly string[])[]>> = {
  "aws:username": ["alice", "bob", "*", "2", ""],
  "aws:PrincipalTag/team": ["alice", "Alice", "a*"],
  "aws:TagKeys": [
    ["alice"],
    ["alice", "bob"],
    ["bob", "c"],
    [],
    [""],
    "alice",
    "",
    ["arn:aws:sns:eu-1:111111111111:t"],
  ],
  "aws:SourceArn": ["arn:aws:sns:eu-1:111111111111:t", "arn:aws:sns:eu-1:222222222222:t", "arn:aws:s3:::b:c", "t"],
  "x:number": ["1", "2", "10", "ten", ""],
  "aws:CurrentTime": ["2026-11-21T10:00:00Z", "2026-11-21T10:30:00+01:00", "2027-01-01T00:00:00Z"],
  "aws:SecureTransport": ["true", "FALSE"],
  "x:bytes": ["QQ==", "AAE="],
  "aws:SourceIp": ["10.1.2.3", "203.0.113.200", "2001:db8::1", "192.0.2.1"],
};
const REQUESTERS: readonly Requester[] = [
  { kind: "root", account: ONE, arn: `arn:aws:iam::${ONE}:root` },
  { kind: "user", account: ONE, arn: `arn:aws:iam::${ONE}:user/alice`, id: "AIDAALICE" },
  { kind: "user", account: TWO, arn: `arn:aws:iam::${TWO}:user/alice`, id: "AIDATWO" },
  {
    kind: "role-session",
    account: ONE,
    arn: `arn:aws:sts::${ONE}:assumed-role/r/s`,
    roleArn: `arn:aws:iam::${ONE}:role/r`,
    roleId: "AROAR",
  },
  {
    kind: "federated-user",
    account: ONE,
    arn: `arn:aws:sts::${ONE}:federated-user/f`,
    issuerArn: `arn:aws:iam::${ONE}:user/alice`,
  },
  { kind: "service", name: "sns.amazonaws.com" },
  { kind: "web-identity", provider: `arn:aws:iam::${ONE}:oidc-provider/ci.example.com` },
  { kind: "anonymous" },
];
const PRINCIPALS = [
  "*",
  ONE,
  TWO,
  `arn:aws:iam::${ONE}:root`,
  `arn:aws:iam::${ONE}:user/alice`,
  `arn:aws:iam::${ONE}:role/r`,
  `arn:aws:sts::${ONE}:assumed-role/r/s`,
  `arn:aws:sts::${ONE}:federated-user/f`,
  "AIDAALICE",
  "AROAROLE1",
];

export function randomRequest(below: Below): RandomRequest {
  const pick = <T>(list: readonly T[]): T => {
    const one = list[below(list.length)];
    if (one === undefined) throw new Error("nothing to pick");
    return one;
  };
  const some = <T>(list: readonly T[]): T[] => Array.from({ length: 1 + below(3) }, () => pick(list));

  const conditions = (): object => {
    const all: Record<string, Record<string, readonly string[]>> = {};
    for (let count = below(3); count > 0; count--) {
      const family = pick(FAMILIES);
      const base = pick(OPERATORS[family] ?? []);
      const prefix = family === "Null" ? "" : pick(["", "", "ForAnyValue:", "ForAllValues:"]);
      const operator = `${prefix}${base}${family !== "Null" && below(4) === 0 ? "IfExists" : ""}`;
      all[operator] = { ...all[operator], [pick(KEYS[family] ?? [])]: some(VALUES[family] ?? []) };
    }
    return Object.keys(all).length === 0 ? {} : { Condition: all };
  };

  const principal = (effect: string): object => {
    if (below(6) === 0) return { Principal: "*" };
    const not = effect === "Deny" && below(3) === 0;
    const aws = some(PRINCIPALS).filter((name) => !not || name !== "*");
    const lists = {
      ...(aws.length > 0 && { AWS: aws }),
      ...(below(3) === 0 && { Service: [pick(["sns.amazonaws.com", "sqs.amazonaws.com"])] }),
      ...(below(4) === 0 && { Federated: [`arn:aws:iam::${ONE}:oidc-provider/ci.example.com`] }),
    };
    const named = Object.keys(lists).length === 0 ? { AWS: ONE } : lists;
    return not ? { NotPrincipal: named } : { Principal: named };
  };

  const statement = (kind: PolicyKind): object => {
    const effect = below(4) === 0 ? "Deny" : "Allow";
    const actions = below(3) === 0 ? some(ACTION_PATTERNS) : pick(ACTION_PATTERNS);
    return {
      Effect: effect,
      ...(kind === "resource" && principal(effect)),
      [below(8) === 0 ? "NotAction" : "Action"]: actions,
      [below(8) === 0 ? "NotResource" : "Resource"]: below(3) === 0 ? "*" : some(RESOURCE_PATTERNS),
      ...conditions(),
    };
  };
  const documents = (kind: PolicyKind, most: number): readonly object[] =>
    Array.from({ length: below(most + 1) }, () => ({
      ...((kind !== "resource" || below(5) > 0) && { Version: "2012-10-17" }),
      Statement: Array.from({ length: 1 + below(3) }, () => statement(kind)),
    }));

  const requester = pick(REQUESTERS);
  const own = "account" in requester && requester.kind !== "root";
  const session = requester.kind === "role-session" || requester.kind === "federated-user";
  const context: Record<string, string | readonly string[]> = {};
  for (const [key, values] of Object.entries(GIVEN)) if (below(3) > 0) context[key] = pick(values);
  return {
    documents: {
      identity: own ? documents("identity", 3) : [],
      boundary: own && below(3) === 0 ? documents("boundary", 1) : undefined,
      session: session && below(2) === 0 ? documents("session", 2) : undefined,
      resource: below(4) === 0 ? undefined : documents("resource", 2),
    },
    requester,
    resourceAccount: pick(["", ONE, ONE, TWO]) || undefined,
    required: below(5) === 0,
    action: pick(ACTIONS),
    resource: pick(RESOURCES),
    context,
  };
}
