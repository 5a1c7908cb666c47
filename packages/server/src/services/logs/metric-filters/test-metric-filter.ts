import { compileMatcher } from "@nephoscope/languages";
import { readPattern } from "../events/filter-log-events.ts";
import type { LogsOperation } from "../operation.ts";

/** The first event's number: every example of the API reference counts from here. */
const FIRST_EVENT_NUMBER = 0;

export const testMetricFilter: LogsOperation<"TestMetricFilter"> = async (input, call) => {
  const matcher = compileMatcher(readPattern(input.filterPattern, call));
  return {
    matches: input.logEventMessages.flatMap((eventMessage, index) => {
      const extractedValues = matcher.extract(eventMessage);
      if (extractedValues === undefined) return [];
      return [{ eventNumber: FIRST_EVENT_NUMBER + index, eventMessage, extractedValues }];
    }),
  };
};
