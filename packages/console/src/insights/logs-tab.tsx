import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useCallback, useMemo } from "react";
import { copyText, saveFile } from "../result-table/copy-text.ts";
import { EXPORT_FORMATS, exportParts, exportText } from "../result-table/export-text.ts";
import type { FieldValue } from "../result-table/field-list.tsx";
import type { ResultRow } from "../result-table/result-model.ts";
import { ResultTable } from "../result-table/result-table.tsx";
import { useFlash } from "../shell/flash.tsx";
import { numberText, timeWithMillis } from "../time/format.ts";
import { useZone } from "../time/zone.ts";
import { RecordDetails } from "./record-details.tsx";
import { isUnderWay, type Run } from "./run-query.ts";
import { timeOfResult } from "./time-bins.ts";

export interface LogsTabProps {
  readonly run: Run;
  /** Names of the columns that hold times. */
  readonly times: ReadonlySet<string>;
  readonly onLoadRest: () => void;
  readonly onFilter: (field: string, value: string, wanted: boolean) => void;
}

/** A longer value makes no condition that people could read. */
const LONGEST_FILTER = 500;
/** What a query without a limit gives at most. */
const ROWS_WITHOUT_LIMIT = 10_000;

/** The rows of the answer, and ways to take them along. */
export function LogsTab({ run, times, onLoadRest, onFilter }: LogsTabProps) {
  const flash = useFlash();
  const zone = useZone();
  const { result } = run;
  const formats = useMemo(
    () =>
      new Map(
        [...times].map((name) => [
          name,
          (value: string) => {
            const ms = timeOfResult(value);
            return ms === undefined ? value : timeWithMillis(ms, zone);
          },
        ]),
      ),
    [times, zone],
  );
  const copy = useCallback(
    (text: string) =>
      copyText(text).then(
        () => flash.show({ id: "copied", type: "success", content: "Copied." }),
        (error: unknown) => flash.failure(error, "Copying"),
      ),
    [flash],
  );
  const { columns } = result;
  const filter = useCallback(
    ({ name, value }: FieldValue, wanted: boolean) => {
      if (value.length <= LONGEST_FILTER) onFilter(name, value, wanted);
      else
        flash.show({
          id: "filter",
          type: "warning",
          content: "The value is too long for a condition. Write one for a part of it, with like.",
        });
    },
    [onFilter, flash],
  );
  const details = useCallback(
    (row: ResultRow) => <RecordDetails row={row} columns={columns} onCopy={copy} onFilter={filter} />,
    [columns, copy, filter],
  );

  if (result.rows.length === 0) return <NoRows run={run} />;
  const save = (id: string) => {
    const [action, name] = id.split(":");
    const format = EXPORT_FORMATS.find((each) => each.format === name);
    if (format === undefined) return;
    if (action === "copy") void copy(exportText(result, format.format));
    else {
      saveFile(`logs-insights-results.${format.extension}`, format.mediaType, exportParts(result, format.format)).catch(
        (error: unknown) => flash.failure(error, "Exporting"),
      );
    }
  };
  return (
    <SpaceBetween size="s">
      <div className="insights-bar">
        <Box color="text-body-secondary">
          {run.preliminary
            ? `${numberText(result.rows.length)} rows of a part of the range, while the query runs`
            : `${numberText(result.rows.length)} ${result.rows.length === 1 ? "row" : "rows"}`}
          {times.size > 0 && `, times in ${zone}`}
        </Box>
        <ButtonDropdown
          items={[
            {
              text: "Download",
              items: EXPORT_FORMATS.map(({ format, label }) => ({ id: `save:${format}`, text: label })),
            },
            {
              text: "Copy",
              items: EXPORT_FORMATS.map(({ format, label }) => ({ id: `copy:${format}`, text: `As ${label}` })),
            },
          ]}
          onItemClick={({ detail }) => save(detail.id)}
          disabled={isUnderWay(run)}
          expandToViewport
        >
          Export results
        </ButtonDropdown>
      </div>
      {run.rest !== undefined && run.status !== "loading" && (
        <Alert type="info" action={<Button onClick={onLoadRest}>Load all rows</Button>}>
          The rows are large, so only the first {numberText(result.rows.length)} were loaded. An export holds the loaded
          ones.
        </Alert>
      )}
      {!isUnderWay(run) && result.rows.length === ROWS_WITHOUT_LIMIT && (
        <Alert type="info">
          A query without a limit gives at most {numberText(ROWS_WITHOUT_LIMIT)} rows. Add <code>| limit 100000</code>{" "}
          for up to 100,000.
        </Alert>
      )}
      {/* What was opened and sorted was so in one answer. */}
      <ResultTable key={run.queryId} result={result} formats={formats} details={details} label="Results" />
    </SpaceBetween>
  );
}

function NoRows({ run }: { readonly run: Run }) {
  if (isUnderWay(run)) {
    return (
      <Box padding="xl" textAlign="center" color="text-status-inactive">
        <Spinner /> The first rows show here as soon as they are found
      </Box>
    );
  }
  return (
    <Box padding="xl" textAlign="center" color="text-body-secondary">
      <Box variant="strong">No rows</Box>
      <Box variant="p">
        {run.status === "Complete"
          ? "No event in the chosen log groups and range meets the query. A longer range or fewer conditions may find some."
          : "The query ended before it found any."}
      </Box>
    </Box>
  );
}
