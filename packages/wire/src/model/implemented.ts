/**
 * The operations Nephoscope implements, by service. The names of the services are those of the SDK's packages
 * (`@aws-sdk/client-<name>`). `scripts/gen-wire.ts` writes one snapshot for each service listed here; to add an
 * operation, add its name and run `npm run gen:wire`.
 */
export const implemented = {
  "cloudwatch-logs": [
    "CreateLogGroup",
    "CreateLogStream",
    "CreateLookupTable",
    "DeleteIndexPolicy",
    "DeleteLogGroup",
    "DeleteLogStream",
    "DeleteLookupTable",
    "DeleteMetricFilter",
    "DeleteQueryDefinition",
    "DeleteRetentionPolicy",
    "DescribeFieldIndexes",
    "DescribeIndexPolicies",
    "DescribeLogGroups",
    "DescribeLogStreams",
    "DescribeLookupTables",
    "DescribeMetricFilters",
    "DescribeQueries",
    "DescribeQueryDefinitions",
    "FilterLogEvents",
    "GetLogEvents",
    "GetLogGroupFields",
    "GetLogRecord",
    "GetLookupTable",
    "GetQueryResults",
    "ListLogGroups",
    "ListTagsForResource",
    "ListTagsLogGroup",
    "PutIndexPolicy",
    "PutLogEvents",
    "PutLogGroupDeletionProtection",
    "PutMetricFilter",
    "PutQueryDefinition",
    "PutRetentionPolicy",
    "StartLiveTail",
    "StartQuery",
    "StopQuery",
    "TagLogGroup",
    "TagResource",
    "TestMetricFilter",
    "UntagLogGroup",
    "UntagResource",
    "UpdateLookupTable",
  ],
  sts: ["GetCallerIdentity"],
} as const;

export type ServiceName = keyof typeof implemented;
