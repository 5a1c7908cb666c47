/**
 * The operations Nephoscope implements, by service. The names of the services are those of the SDK's packages
 * (`@aws-sdk/client-<name>`). `scripts/gen-wire.ts` writes one snapshot for each service listed here; to add an
 * operation, add its name and run `npm run gen:wire`.
 */
export const implemented = {
  "cloudwatch-logs": [
    "CreateLogGroup",
    "CreateLogStream",
    "DeleteLogGroup",
    "DeleteLogStream",
    "DeleteRetentionPolicy",
    "DescribeLogGroups",
    "DescribeLogStreams",
    "DescribeQueries",
    "FilterLogEvents",
    "GetLogEvents",
    "GetLogRecord",
    "GetQueryResults",
    "ListLogGroups",
    "ListTagsForResource",
    "ListTagsLogGroup",
    "PutLogEvents",
    "PutLogGroupDeletionProtection",
    "PutRetentionPolicy",
    "StartLiveTail",
    "StartQuery",
    "StopQuery",
    "TagLogGroup",
    "TagResource",
    "UntagLogGroup",
    "UntagResource",
  ],
  sts: ["GetCallerIdentity"],
} as const;

export type ServiceName = keyof typeof implemented;
