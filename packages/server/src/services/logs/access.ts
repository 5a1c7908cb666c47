import { type Need, requestTags, type ServiceAccess, serviceAccess, tagKeys } from "../../platform/access/need.ts";
import { resourcePolicies } from "../../platform/access/resource-policies.ts";
import type { Resource, State } from "../../platform/state/state.ts";
import { PolicyRefused, readSubscriptionPolicy } from "./account-policies/read-policy.ts";
import { parseLogGroupArn } from "./groups/identify-log-group.ts";
import { findLogGroup, logGroupArn, type Scope } from "./groups/log-group.ts";
import {
  findLogicalDestination,
  logicalDestinationArn,
  parseLogicalDestinationArn,
} from "./logical-destinations/logical-destination.ts";
import { findLookupTable, lookupTableArn, parseLookupTableArn } from "./lookup-tables/lookup-table.ts";
import type { LogsCall, LogsSdk } from "./operation.ts";
import {
  parseScheduledQueryArn,
  type ScheduledQuery,
  scheduledQueryArn,
  scheduledQueryRef,
} from "./scheduled-queries/scheduled-query.ts";

/** How calls name a group: by name, or by name or ARN. */
interface NamesGroup {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
  readonly resourceIdentifier?: string | undefined;
}

/** What has no resources of its own at AWS: whoever may do it may do it with all. */
const anywhere = (action: string) => (): Need => ({ action: `logs:${action}`, resource: "*" });

/** The one ARN that policies know a group by, however the call wrote it. */
function arnOf(call: Scope, identifier: string): string {
  const arn = parseLogGroupArn(identifier);
  return arn === undefined ? logGroupArn(call, identifier) : logGroupArn(arn.scope, arn.name);
}

/**
 * Policies name a group in two ways, and AWS's own guides both: its ARN, and its ARN with `:*`, which takes its streams in
 * (CloudWatch Logs user guide, "Resources").
 */
export const groupNeed = (action: string, call: Scope, identifier: string, keys?: Need["keys"]): Need => {
  const resource = arnOf(call, identifier);
  return { action: `logs:${action}`, resource, also: `${resource}:log-stream:`, ...(keys !== undefined && { keys }) };
};

/** Calls that give two of them are refused by the operation. */
const identifierOf = ({ logGroupName, logGroupIdentifier, resourceIdentifier }: NamesGroup): string | undefined =>
  logGroupName ?? logGroupIdentifier ?? resourceIdentifier;

const ofGroup =
  (action: string) =>
  (input: NamesGroup, call: LogsCall): Need => {
    const identifier = identifierOf(input);
    // Without a group the call is about all of them.
    return identifier === undefined ? everyGroup(action, call) : groupNeed(action, call, identifier);
  };

const everyGroup = (action: string, call: Scope): Need => groupNeed(action, call, "*");

const ofGroups = (action: string, call: Scope, identifiers: readonly string[] | undefined): readonly Need[] =>
  identifiers === undefined || identifiers.length === 0
    ? [everyGroup(action, call)]
    : [...new Set(identifiers)].map((identifier) => groupNeed(action, call, identifier));

const ofStream =
  (action: string) =>
  (input: NamesGroup & { readonly logStreamName: string }, call: LogsCall): Need => ({
    action: `logs:${action}`,
    resource: `${arnOf(call, identifierOf(input) ?? "*")}:log-stream:${input.logStreamName}`,
  });

const ofArn = (action: string, resource: string, keys?: Need["keys"]): Need => ({
  action: `logs:${action}`,
  resource,
  ...(keys !== undefined && { keys }),
});

const ofTable =
  (action: string) =>
  (input: { readonly lookupTableArn: string }): Need =>
    ofArn(action, table(input.lookupTableArn));

/** What a policy's document needs; one that can't be read is refused by the operation. */
function subscriptionByPolicy(document: string): Need[] {
  const put = anywhere("PutSubscriptionFilter")();
  try {
    const { destinationArn, roleArn } = readSubscriptionPolicy(document, undefined);
    return [
      { ...put, keys: { "logs:DestinationArn": destinationArn } },
      ...(parseLogicalDestinationArn(destinationArn) === undefined
        ? []
        : [ofArn("PutSubscriptionFilter", destinationArn)]),
      ...(roleArn === undefined ? [] : [passRole(roleArn)]),
    ];
  } catch (error) {
    if (error instanceof PolicyRefused) return [put];
    throw error;
  }
}

const ofDestination =
  (action: string) =>
  (input: { readonly destinationName: string }, call: LogsCall): Need =>
    ofArn(action, logicalDestinationArn(call, input.destinationName));

function table(arn: string): string {
  const parsed = parseLookupTableArn(arn);
  return parsed === undefined ? arn : lookupTableArn(parsed.scope, parsed.name);
}

function scheduled(call: Scope, identifier: string): string {
  const parsed = parseScheduledQueryArn(identifier);
  return scheduledQueryArn(parsed?.scope ?? call, parsed?.name ?? identifier);
}

const ofScheduled =
  (action: string) =>
  (input: { readonly identifier: string }, call: LogsCall): Need =>
    ofArn(action, scheduled(call, input.identifier));

const passRole = (roleArn: string): Need => ({
  action: "iam:PassRole",
  resource: roleArn,
  keys: { "iam:PassedToService": "logs.amazonaws.com" },
});

/** Tagging at creation needs the right to tag as well (user guide, "Tag log groups"). */
const tagged = (need: Need, tags: Readonly<Record<string, string>> | undefined): readonly Need[] =>
  tags === undefined || Object.keys(tags).length === 0
    ? [need]
    : [
        { ...need, keys: requestTags(tags) },
        { ...need, action: "logs:TagResource", keys: requestTags(tags) },
      ];

function taggable(action: string, call: Scope, arn: string, keys?: Need["keys"]): Need {
  if (parseLogGroupArn(arn) !== undefined) return groupNeed(action, call, arn, keys);
  if (parseLogicalDestinationArn(arn) !== undefined) return ofArn(action, arn, keys);
  return ofArn(action, parseScheduledQueryArn(arn) === undefined ? table(arn) : scheduled(call, arn), keys);
}

/** What each operation of CloudWatch Logs needs (Service Authorization Reference, "CloudWatch Logs"). */
export function logsAccess({ state }: { readonly state: State }): ServiceAccess {
  const policies = resourcePolicies();
  return serviceAccess<LogsSdk>(
    {
      AssociateKmsKey: ofGroup("AssociateKmsKey"),
      CancelExportTask: anywhere("CancelExportTask"),
      CreateExportTask: ofGroup("CreateExportTask"),
      CreateLogGroup: (input, call) => tagged(groupNeed("CreateLogGroup", call, input.logGroupName), input.tags),
      CreateLogStream: ofStream("CreateLogStream"),
      CreateLookupTable: (input, call) =>
        tagged(ofArn("CreateLookupTable", lookupTableArn(call, input.lookupTableName)), input.tags),
      CreateScheduledQuery: (input, call) => [
        ...tagged(ofArn("CreateScheduledQuery", scheduledQueryArn(call, input.name)), input.tags),
        passRole(input.executionRoleArn),
      ],
      // Policies of subscriptions need both rights (DeleteAccountPolicy and PutAccountPolicy, API reference).
      DeleteAccountPolicy: () => [anywhere("DeleteAccountPolicy")(), anywhere("DeleteSubscriptionFilter")()],
      DeleteDestination: ofDestination("DeleteDestination"),
      DeleteIndexPolicy: ofGroup("DeleteIndexPolicy"),
      DeleteLogGroup: ofGroup("DeleteLogGroup"),
      DeleteLogStream: ofStream("DeleteLogStream"),
      DeleteLookupTable: ofTable("DeleteLookupTable"),
      DeleteMetricFilter: ofGroup("DeleteMetricFilter"),
      DeleteQueryDefinition: anywhere("DeleteQueryDefinition"),
      DeleteRetentionPolicy: ofGroup("DeleteRetentionPolicy"),
      DeleteScheduledQuery: ofScheduled("DeleteScheduledQuery"),
      DeleteSubscriptionFilter: ofGroup("DeleteSubscriptionFilter"),
      DescribeAccountPolicies: anywhere("DescribeAccountPolicies"),
      DescribeDestinations: (_input, call) => ofArn("DescribeDestinations", logicalDestinationArn(call, "*")),
      DescribeExportTasks: anywhere("DescribeExportTasks"),
      DescribeFieldIndexes: (input, call) => ofGroups("DescribeFieldIndexes", call, input.logGroupIdentifiers),
      DescribeIndexPolicies: (input, call) => ofGroups("DescribeIndexPolicies", call, input.logGroupIdentifiers),
      DescribeLogGroups: (_input, call) => everyGroup("DescribeLogGroups", call),
      DescribeLogStreams: ofGroup("DescribeLogStreams"),
      DescribeLookupTables: anywhere("DescribeLookupTables"),
      DescribeMetricFilters: ofGroup("DescribeMetricFilters"),
      DescribeQueries: anywhere("DescribeQueries"),
      DescribeQueryDefinitions: anywhere("DescribeQueryDefinitions"),
      DescribeSubscriptionFilters: ofGroup("DescribeSubscriptionFilters"),
      DisassociateKmsKey: ofGroup("DisassociateKmsKey"),
      FilterLogEvents: ofGroup("FilterLogEvents"),
      GetLogEvents: ofStream("GetLogEvents"),
      GetLogGroupFields: ofGroup("GetLogGroupFields"),
      GetLogRecord: anywhere("GetLogRecord"),
      GetLookupTable: ofTable("GetLookupTable"),
      GetQueryResults: anywhere("GetQueryResults"),
      GetScheduledQuery: ofScheduled("GetScheduledQuery"),
      GetScheduledQueryHistory: ofScheduled("GetScheduledQueryHistory"),
      ListLogGroups: (_input, call) => everyGroup("ListLogGroups", call),
      ListScheduledQueries: anywhere("ListScheduledQueries"),
      ListTagsForResource: (input, call) => taggable("ListTagsForResource", call, input.resourceArn),
      ListTagsLogGroup: ofGroup("ListTagsLogGroup"),
      PutAccountPolicy: (input) => [anywhere("PutAccountPolicy")(), ...subscriptionByPolicy(input.policyDocument)],
      PutDestination: (input, call) => [
        ...tagged(ofArn("PutDestination", logicalDestinationArn(call, input.destinationName)), input.tags),
        passRole(input.roleArn),
      ],
      PutDestinationPolicy: ofDestination("PutDestinationPolicy"),
      PutIndexPolicy: ofGroup("PutIndexPolicy"),
      PutLogEvents: ofStream("PutLogEvents"),
      PutLogGroupDeletionProtection: ofGroup("PutLogGroupDeletionProtection"),
      PutMetricFilter: ofGroup("PutMetricFilter"),
      PutQueryDefinition: anywhere("PutQueryDefinition"),
      PutRetentionPolicy: ofGroup("PutRetentionPolicy"),
      PutSubscriptionFilter: (input, call) => [
        groupNeed("PutSubscriptionFilter", call, input.logGroupName, { "logs:DestinationArn": input.destinationArn }),
        // A destination's own policy says which other accounts may use it.
        ...(parseLogicalDestinationArn(input.destinationArn) === undefined
          ? []
          : [ofArn("PutSubscriptionFilter", input.destinationArn)]),
        ...(input.roleArn === undefined ? [] : [passRole(input.roleArn)]),
      ],
      StartLiveTail: (input, call) => ofGroups("StartLiveTail", call, input.logGroupIdentifiers),
      // A query that chooses its groups itself is asked for each of them once it is known which: see `choose-groups.ts`.
      StartQuery: (input, call) => {
        const { logGroupIdentifiers = [], logGroupNames = [], logGroupName = [] } = input;
        const named = [...logGroupIdentifiers, ...logGroupNames, ...[logGroupName].flat()];
        return named.length === 0 ? "inside" : ofGroups("StartQuery", call, named);
      },
      StopQuery: anywhere("StopQuery"),
      TagLogGroup: (input, call) => groupNeed("TagLogGroup", call, input.logGroupName, requestTags(input.tags)),
      TagResource: (input, call) => taggable("TagResource", call, input.resourceArn, requestTags(input.tags)),
      TestMetricFilter: anywhere("TestMetricFilter"),
      UntagLogGroup: (input, call) => groupNeed("UntagLogGroup", call, input.logGroupName, tagKeys(input.tags)),
      UntagResource: (input, call) => taggable("UntagResource", call, input.resourceArn, tagKeys(input.tagKeys)),
      UpdateLookupTable: ofTable("UpdateLookupTable"),
      UpdateScheduledQuery: (input, call) => [
        ofArn("UpdateScheduledQuery", scheduled(call, input.identifier)),
        passRole(input.executionRoleArn),
      ],
    },
    {
      resource(arn) {
        const destination = parseLogicalDestinationArn(arn);
        if (destination !== undefined) {
          const found = findLogicalDestination(state, destination);
          const text = found?.document.accessPolicy;
          const policy = text === undefined ? undefined : policies.compile(text, arn);
          return found && { account: found.ref.account, tags: found.document.tags, policy };
        }
        const found = find(state, arn);
        return found && { account: found.ref.account, tags: found.document.tags };
      },
    },
  );
}

interface Tagged {
  readonly tags: Readonly<Record<string, string>>;
}

function find(state: State, arn: string): Resource<Tagged> | undefined {
  const group = parseLogGroupArn(arn.replace(/:log-stream:.*$/s, ""));
  if (group !== undefined) return findLogGroup(state, group.scope, group.name);
  const table = parseLookupTableArn(arn);
  if (table !== undefined) return findLookupTable(state, table.scope, table.name);
  const query = parseScheduledQueryArn(arn);
  return query && state.get<ScheduledQuery>(scheduledQueryRef(query.scope, query.name));
}
