import type { Random } from "./random.ts";

/** Names that the fuzzer sets up, and that its calls use. */
export const GROUPS = ["fuzz/a", "fuzz/b", "fuzz/c"] as const;
export const STREAMS = ["s", "t'u", "日本"] as const;

/** What a call may use of earlier answers. */
export interface Seen {
  readonly tokens: string[];
  readonly queryIds: string[];
  readonly pointers: string[];
}

export interface ValidCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  /** The service that it is signed for. */
  readonly service: "logs" | "sts";
}

const QUERIES = [
  "fields @timestamp, @message | sort @timestamp desc | limit 20",
  "filter @message like /err(or)?/ | stats count(*) by bin(5m)",
  'parse @message "* *" as first, second | filter first = "a" | dedup second',
  "stats avg(n), max(n) by @logStream",
  'fields strlen(@message) as size | filter size > 3 and @message like "x"',
] as const;
const PATTERNS = [
  "",
  "error",
  '"two words"',
  "?a ?b",
  "-x",
  '{ $.user = "ann" && $.n > 3 }',
  "[a, b=4*, c]",
  "%a+b%",
] as const;

/** A call of every implemented operation, as a client would send it. */
export function validCall(random: Random, seen: Seen): ValidCall {
  const group = random.pick(GROUPS);
  const stream = random.pick(STREAMS);
  const now = Date.now();
  const arn = `arn:aws:logs:us-east-1:111111111111:log-group:${group}`;
  const token = random.chance(0.2) ? random.pick(seen.tokens) : undefined;
  const queryId = random.pick(seen.queryIds) ?? "01a1fb78-c6d5-7c78-97a9-1b6deca727d7";
  const limit = random.chance(0.5) ? 1 + random.below(50) : undefined;
  const fresh = `fuzz/x${random.below(200)}`;
  const at = { logGroupName: group, logStreamName: stream };
  const seconds = Math.floor(now / 1_000);
  const events = Array.from({ length: 1 + random.below(20) }, (_, i) => ({
    timestamp: now - 1_000 + i,
    message: random.pick([`word ${i} error`, `{"user":"ann","n":${i}}`, "x", "two words", `${i} 42 y`]),
  }));
  const calls: readonly [string, Record<string, unknown>][] = [
    ["CreateLogGroup", { logGroupName: fresh, tags: { k: "v" }, logGroupClass: "STANDARD" }],
    ["DeleteLogGroup", { logGroupName: fresh }],
    ["DescribeLogGroups", { logGroupNamePrefix: "fuzz", limit, nextToken: token }],
    ["ListLogGroups", { logGroupNamePattern: "fuzz", limit }],
    ["PutRetentionPolicy", { logGroupName: fresh, retentionInDays: 30 }],
    ["DeleteRetentionPolicy", { logGroupName: fresh }],
    ["PutLogGroupDeletionProtection", { logGroupIdentifier: fresh, deletionProtectionEnabled: false }],
    ["TagResource", { resourceArn: arn, tags: { a: "1", b: "2" } }],
    ["UntagResource", { resourceArn: arn, tagKeys: ["a"] }],
    ["ListTagsForResource", { resourceArn: arn }],
    ["TagLogGroup", { logGroupName: group, tags: { c: "3" } }],
    ["UntagLogGroup", { logGroupName: group, tags: ["c"] }],
    ["ListTagsLogGroup", { logGroupName: group }],
    ["CreateLogStream", { logGroupName: group, logStreamName: `n${random.below(200)}` }],
    ["DeleteLogStream", { logGroupName: group, logStreamName: `n${random.below(200)}` }],
    [
      "DescribeLogStreams",
      { logGroupName: group, orderBy: random.pick(["LogStreamName", "LastEventTime"]), descending: true, limit },
    ],
    ["PutLogEvents", { ...at, logEvents: events }],
    ["GetLogEvents", { ...at, startTime: now - 3_600_000, endTime: now, limit, startFromHead: true, nextToken: token }],
    [
      "FilterLogEvents",
      {
        logGroupName: group,
        logStreamNames: [stream],
        filterPattern: random.pick(PATTERNS),
        limit,
        startTime: now - 60_000,
      },
    ],
    [
      "StartQuery",
      {
        logGroupName: group,
        startTime: seconds - 3_600,
        endTime: seconds,
        queryString: random.pick(QUERIES),
        limit: 100,
      },
    ],
    ["StopQuery", { queryId }],
    ["GetQueryResults", { queryId }],
    ["DescribeQueries", { logGroupName: group, status: "Complete", maxResults: 10 }],
    ["GetLogRecord", { logRecordPointer: random.pick(seen.pointers) ?? "MToxOjE=" }],
    ["StartLiveTail", { logGroupIdentifiers: [arn], logEventFilterPattern: random.pick(PATTERNS) }],
  ];
  if (random.chance(0.02)) return { operation: "GetCallerIdentity", input: {}, service: "sts" };
  const [operation, input] = calls[random.below(calls.length)] ?? ["DescribeLogGroups", {}];
  return {
    operation,
    input: Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)),
    service: "logs",
  };
}
