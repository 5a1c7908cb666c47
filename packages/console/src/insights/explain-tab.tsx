import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { explainPlan, isNewestFirst, parseInsights, planInsights } from "@nephoscope/languages/insights";
import { useMemo } from "react";
import { keyed } from "../react-keys/keyed.ts";
import { LogText } from "../result-table/log-text.tsx";
import { Failure } from "../shell/failure.tsx";
import { bytesText, durationText, numberText } from "../time/format.ts";
import { estimateOf } from "./events-of-query.ts";
import { isUnderWay, type QueryRequest, type Run } from "./run-query.ts";
import { useQueryRun } from "./use-query-run.ts";
import "./explain-tab.css";

export interface ExplainTabProps {
  readonly query: string;
  readonly request: QueryRequest;
  readonly run: Run;
}

/** What the query does step by step, what it read and what it could leave unread. */
export function ExplainTab({ query, request, run }: ExplainTabProps) {
  const { steps, notes } = useMemo(() => {
    const plan = planInsights(parseInsights(query), { limit: request.limit ?? 10_000 });
    return { steps: explainPlan(plan), notes: notesOf(plan) };
  }, [query, request.limit]);
  const { statistics } = run;
  const inRange = statistics.recordsScanned + statistics.estimatedRecordsSkipped;
  const facts = [
    ["Events matched", numberText(statistics.recordsMatched)],
    ["Events read", `${numberText(statistics.recordsScanned)}${share(statistics.recordsScanned, inRange)}`],
    [
      "Events skipped",
      `${numberText(statistics.estimatedRecordsSkipped)}${share(statistics.estimatedRecordsSkipped, inRange)}`,
    ],
    ["Bytes read", bytesText(statistics.bytesScanned)],
    ["Bytes skipped, about", bytesText(statistics.estimatedBytesSkipped)],
    ["Log groups", numberText(statistics.logGroupsScanned)],
    ["Rows", numberText(run.result.rows.length)],
    ["Time", durationText(run.elapsedMs)],
  ] as const;
  return (
    <SpaceBetween size="l">
      <div>
        <Header variant="h3">What it read</Header>
        <ColumnLayout columns={4} minColumnWidth={140}>
          {facts.map(([label, value]) => (
            <div key={label}>
              <Box variant="awsui-key-label">{label}</Box>
              <div>{value}</div>
            </div>
          ))}
        </ColumnLayout>
      </div>
      <div>
        <Header variant="h3">What it did, in this order</Header>
        <ol className="explain-steps">
          {keyed(steps, (step) => step).map(({ key, item: step }) => (
            <li key={key}>
              <code>
                <LogText text={step} />
              </code>
            </li>
          ))}
        </ol>
        <ul className="explain-notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </div>
      <Estimate query={query} request={request} />
    </SpaceBetween>
  );
}

const share = (part: number, whole: number) =>
  whole === 0 ? "" : ` (${Number(((100 * part) / whole).toPrecision(3))}% of the range)`;

/** What is worth knowing of a plan beside its steps. */
function notesOf(plan: ReturnType<typeof planInsights>): readonly string[] {
  const notes: string[] = [];
  if (isNewestFirst(plan)) {
    notes.push("The newest events are enough: reading ends when it has its rows, and older events are skipped.");
  } else {
    notes.push(
      "Every event of the range counts for the result, so none can be skipped but by an index or a condition on time or stream.",
    );
  }
  if (plan.indexFields.length > 0) {
    notes.push(`Log groups without a field index on ${plan.indexFields.join(", ")} are skipped whole.`);
  }
  if (plan.compared !== undefined) notes.push("An earlier range of the same length is read too, to compare with.");
  if (plan.lookupTables.length > 0) notes.push(`Lookup tables: ${plan.lookupTables.join(", ")}.`);
  return notes;
}

/** How many bytes the query would read, asked without running it. */
function Estimate({ query, request }: { readonly query: string; readonly request: QueryRequest }) {
  const { run, error, start } = useQueryRun();
  const added = request.queryString.length - query.length;
  const ends = planInsights(parseInsights(query)).estimate;
  const bytes = run?.result.rows[0]?.values[0];
  return (
    <SpaceBetween size="xs">
      <Header
        variant="h3"
        actions={
          <Button
            disabled={ends}
            loading={run !== undefined && isUnderWay(run)}
            onClick={() =>
              start({ ...request, queryString: request.queryString.slice(0, added) + estimateOf(query) }, [])
            }
          >
            Estimate
          </Button>
        }
        description="Bytes that the query would read over its range, told from the index without running it."
      >
        Before it runs
      </Header>
      {error !== undefined && <Failure error={error} />}
      {bytes !== undefined && run?.status === "Complete" && <Box>{bytesText(Number(bytes))}</Box>}
    </SpaceBetween>
  );
}
