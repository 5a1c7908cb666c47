import { loadModel, type Service, service } from "@nephoscope/wire";
import { deleteAccountPolicy } from "./account-policies/delete-account-policy.ts";
import { describeAccountPolicies } from "./account-policies/describe-account-policies.ts";
import { putAccountPolicy } from "./account-policies/put-account-policy.ts";
import { readPutLogEvents } from "./events/events-in-body.ts";
import { filterLogEvents } from "./events/filter-log-events.ts";
import { getLogEvents } from "./events/get-log-events.ts";
import { putLogEvents } from "./events/put-log-events.ts";
import { cancelExportTask } from "./export-tasks/cancel-export-task.ts";
import { createExportTask } from "./export-tasks/create-export-task.ts";
import { describeExportTasks } from "./export-tasks/describe-export-tasks.ts";
import { getLogGroupFields } from "./fields/get-log-group-fields.ts";
import { createLogGroup } from "./groups/create-log-group.ts";
import { deleteLogGroup } from "./groups/delete-log-group.ts";
import { putLogGroupDeletionProtection } from "./groups/deletion-protection.ts";
import { describeLogGroups } from "./groups/describe-log-groups.ts";
import { associateKmsKey, disassociateKmsKey } from "./groups/group-key.ts";
import { listLogGroups } from "./groups/list-log-groups.ts";
import { deleteRetentionPolicy, putRetentionPolicy } from "./groups/retention-policy.ts";
import { deleteIndexPolicy } from "./index-policies/delete-index-policy.ts";
import { describeFieldIndexes, describeIndexPolicies } from "./index-policies/describe-index-policies.ts";
import { putIndexPolicy } from "./index-policies/put-index-policy.ts";
import { startLiveTail } from "./live-tail/start-live-tail.ts";
import { deleteDestination } from "./logical-destinations/delete-destination.ts";
import { describeDestinations } from "./logical-destinations/describe-destinations.ts";
import { putDestination } from "./logical-destinations/put-destination.ts";
import { putDestinationPolicy } from "./logical-destinations/put-destination-policy.ts";
import { createLookupTable } from "./lookup-tables/create-lookup-table.ts";
import { deleteLookupTable } from "./lookup-tables/delete-lookup-table.ts";
import { describeLookupTables } from "./lookup-tables/describe-lookup-tables.ts";
import { getLookupTable } from "./lookup-tables/get-lookup-table.ts";
import { updateLookupTable } from "./lookup-tables/update-lookup-table.ts";
import { deleteMetricFilter } from "./metric-filters/delete-metric-filter.ts";
import { describeMetricFilters } from "./metric-filters/describe-metric-filters.ts";
import { putMetricFilter } from "./metric-filters/put-metric-filter.ts";
import { testMetricFilter } from "./metric-filters/test-metric-filter.ts";
import type { LogsDeps, LogsRead, LogsSdk } from "./operation.ts";
import { describeQueries } from "./queries/describe-queries.ts";
import { getLogRecord } from "./queries/get-log-record.ts";
import { getQueryResults } from "./queries/get-query-results.ts";
import { startQuery } from "./queries/start-query.ts";
import { stopQuery } from "./queries/stop-query.ts";
import { deleteQueryDefinition } from "./query-definitions/delete-query-definition.ts";
import { describeQueryDefinitions } from "./query-definitions/describe-query-definitions.ts";
import { putQueryDefinition } from "./query-definitions/put-query-definition.ts";
import { createScheduledQuery } from "./scheduled-queries/create-scheduled-query.ts";
import { deleteScheduledQuery } from "./scheduled-queries/delete-scheduled-query.ts";
import { getScheduledQuery } from "./scheduled-queries/get-scheduled-query.ts";
import { getScheduledQueryHistory } from "./scheduled-queries/get-scheduled-query-history.ts";
import { listScheduledQueries } from "./scheduled-queries/list-scheduled-queries.ts";
import { updateScheduledQuery } from "./scheduled-queries/update-scheduled-query.ts";
import { createLogStream } from "./streams/create-log-stream.ts";
import { deleteLogStream } from "./streams/delete-log-stream.ts";
import { describeLogStreams } from "./streams/describe-log-streams.ts";
import { deleteSubscriptionFilter } from "./subscriptions/delete-subscription-filter.ts";
import { describeSubscriptionFilters } from "./subscriptions/describe-subscription-filters.ts";
import { putSubscriptionFilter } from "./subscriptions/put-subscription-filter.ts";
import {
  listTagsForResource,
  listTagsLogGroup,
  tagLogGroup,
  tagResource,
  untagLogGroup,
  untagResource,
} from "./tags/tags.ts";

/** CloudWatch Logs: every operation, by its name at the API. To add one, write its function and name it here. */
export function logsService(deps: LogsDeps): Service {
  const readers = { PutLogEvents: readPutLogEvents };
  return service<LogsSdk, LogsDeps, LogsRead>(loadModel("cloudwatch-logs"), { requireAll: true, readers })(
    {
      AssociateKmsKey: associateKmsKey,
      CancelExportTask: cancelExportTask,
      CreateExportTask: createExportTask,
      CreateLogGroup: createLogGroup,
      CreateLogStream: createLogStream,
      CreateLookupTable: createLookupTable,
      CreateScheduledQuery: createScheduledQuery,
      DeleteAccountPolicy: deleteAccountPolicy,
      DeleteDestination: deleteDestination,
      DeleteIndexPolicy: deleteIndexPolicy,
      DeleteLogGroup: deleteLogGroup,
      DeleteLogStream: deleteLogStream,
      DeleteLookupTable: deleteLookupTable,
      DeleteMetricFilter: deleteMetricFilter,
      DeleteQueryDefinition: deleteQueryDefinition,
      DeleteRetentionPolicy: deleteRetentionPolicy,
      DeleteScheduledQuery: deleteScheduledQuery,
      DeleteSubscriptionFilter: deleteSubscriptionFilter,
      DescribeAccountPolicies: describeAccountPolicies,
      DescribeDestinations: describeDestinations,
      DescribeExportTasks: describeExportTasks,
      DescribeFieldIndexes: describeFieldIndexes,
      DescribeIndexPolicies: describeIndexPolicies,
      DescribeLogGroups: describeLogGroups,
      DescribeLogStreams: describeLogStreams,
      DescribeLookupTables: describeLookupTables,
      DescribeMetricFilters: describeMetricFilters,
      DescribeQueries: describeQueries,
      DescribeQueryDefinitions: describeQueryDefinitions,
      DescribeSubscriptionFilters: describeSubscriptionFilters,
      DisassociateKmsKey: disassociateKmsKey,
      FilterLogEvents: filterLogEvents,
      GetLogEvents: getLogEvents,
      GetLogGroupFields: getLogGroupFields,
      GetLogRecord: getLogRecord,
      GetLookupTable: getLookupTable,
      GetQueryResults: getQueryResults,
      GetScheduledQuery: getScheduledQuery,
      GetScheduledQueryHistory: getScheduledQueryHistory,
      ListLogGroups: listLogGroups,
      ListScheduledQueries: listScheduledQueries,
      ListTagsForResource: listTagsForResource,
      ListTagsLogGroup: listTagsLogGroup,
      PutAccountPolicy: putAccountPolicy,
      PutDestination: putDestination,
      PutDestinationPolicy: putDestinationPolicy,
      PutIndexPolicy: putIndexPolicy,
      PutLogEvents: putLogEvents,
      PutLogGroupDeletionProtection: putLogGroupDeletionProtection,
      PutMetricFilter: putMetricFilter,
      PutQueryDefinition: putQueryDefinition,
      PutRetentionPolicy: putRetentionPolicy,
      PutSubscriptionFilter: putSubscriptionFilter,
      StartLiveTail: startLiveTail,
      StartQuery: startQuery,
      StopQuery: stopQuery,
      TagLogGroup: tagLogGroup,
      TagResource: tagResource,
      TestMetricFilter: testMetricFilter,
      UntagLogGroup: untagLogGroup,
      UntagResource: untagResource,
      UpdateLookupTable: updateLookupTable,
      UpdateScheduledQuery: updateScheduledQuery,
    },
    deps,
  );
}
