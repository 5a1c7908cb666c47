import { FilterPatternError } from "@nephoscope/languages";
import { againOnConflict, causeOf } from "../commit.ts";
import { refusedPattern } from "../events/filter-log-events.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import { whileGroupLives } from "../groups/log-group.ts";
import type { LogsCall, LogsDeps, LogsInput, LogsOperation } from "../operation.ts";
import { compileMetricFilter, MetricFilterRefused } from "./compile-metric-filter.ts";
import {
  findGroupMetricFilters,
  type GroupMetricFilters,
  groupMetricFiltersRef,
  MAX_REGEX_FILTERS,
  type MetricFilter,
  metricFilterRef,
} from "./metric-filter.ts";

export const putMetricFilter: LogsOperation<"PutMetricFilter"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const { filterName: name } = input;
  if (!name.isWellFormed()) {
    throw call.error("InvalidParameterException", "The metric filter name must be valid Unicode text.");
  }
  if (input.applyOnTransformedLogs === true) {
    throw call.error(
      "InvalidParameterException",
      "applyOnTransformedLogs needs a log transformer, and log transformers are not supported.",
    );
  }
  const settings = settingsOf(input, call);
  const { regex } = compile(settings, call);
  await againOnConflict(call, () => {
    const group = requireLogGroup(state, call, { logGroupName: input.logGroupName });
    if (group.document.logGroupClass !== "STANDARD") {
      throw call.error(
        "InvalidOperationException",
        `Metric filters are not supported for log groups of class ${group.document.logGroupClass}.`,
      );
    }
    const { groupId } = group.document;
    const all = findGroupMetricFilters(state, groupId);
    const filters = { ...all?.document.filters, [name]: { regex } };
    checkQuotas(filters, call, deps);
    const ref = metricFilterRef(call, groupId, name);
    const before = state.get<MetricFilter>(ref);
    const document: MetricFilter = {
      ...settings,
      groupId,
      name,
      creationTime: before?.document.creationTime ?? clock.now(),
    };
    const together: GroupMetricFilters = { account: call.account, region: call.region, filters };
    return state.commit({
      cause: causeOf(call),
      changes: [
        whileGroupLives(group),
        { put: groupMetricFiltersRef(groupId), document: together, expect: all?.version ?? "absent" },
        { put: ref, document, expect: "any" },
      ],
    });
  });
  return {};
};

type Settings = Omit<MetricFilter, "groupId" | "name" | "creationTime">;

function settingsOf(input: LogsInput<"PutMetricFilter">, call: LogsCall): Settings {
  const [transformation, ...others] = input.metricTransformations;
  if (transformation === undefined || others.length > 0) {
    throw call.error("InvalidParameterException", "Exactly one metric transformation must be given.");
  }
  const { metricName, metricNamespace, metricValue, defaultValue, dimensions, unit } = transformation;
  return {
    filterPattern: input.filterPattern,
    transformation: {
      metricName,
      metricNamespace,
      metricValue,
      ...(defaultValue !== undefined && { defaultValue }),
      ...(dimensions !== undefined && { dimensions }),
      ...(unit !== undefined && { unit }),
    },
    ...(input.fieldSelectionCriteria !== undefined && { fieldSelectionCriteria: input.fieldSelectionCriteria }),
    ...(input.emitSystemFieldDimensions !== undefined && {
      emitSystemFieldDimensions: input.emitSystemFieldDimensions,
    }),
  };
}

function compile(settings: Settings, call: LogsCall) {
  try {
    return compileMetricFilter(settings, call);
  } catch (error) {
    if (error instanceof FilterPatternError) throw refusedPattern(error, call);
    if (error instanceof MetricFilterRefused) throw call.error("InvalidParameterException", error.message);
    throw error;
  }
}

function checkQuotas(
  filters: GroupMetricFilters["filters"],
  call: LogsCall,
  { metricFiltersPerGroup }: Pick<LogsDeps, "metricFiltersPerGroup">,
): void {
  const all = Object.values(filters);
  if (all.length > metricFiltersPerGroup) {
    throw call.error(
      "LimitExceededException",
      `Resource limit exceeded. A log group can have at most ${metricFiltersPerGroup} metric filters.`,
    );
  }
  if (all.filter(({ regex }) => regex).length > MAX_REGEX_FILTERS) {
    throw call.error(
      "LimitExceededException",
      `Resource limit exceeded. A log group can have at most ${MAX_REGEX_FILTERS} filter patterns with regular expressions.`,
    );
  }
}
