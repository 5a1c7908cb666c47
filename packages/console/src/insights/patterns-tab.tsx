import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useEffect, useMemo, useState } from "react";
import { LogText } from "../result-table/log-text.tsx";
import { Failure } from "../shell/failure.tsx";
import { numberText } from "../time/format.ts";
import { type PatternComparison, patternsOf } from "./events-of-query.ts";
import { isUnderWay, type QueryRequest } from "./run-query.ts";
import { RunStatusLine } from "./run-status.tsx";
import { useQueryRun } from "./use-query-run.ts";
import "./patterns-tab.css";

export interface PatternsTabProps {
  /** The text of the events behind the result. */
  readonly events: string;
  /** Groups and range of the result. */
  readonly asked: Omit<QueryRequest, "queryString" | "limit">;
  /** Told a condition that keeps a pattern's messages, or leaves them out. */
  readonly onFilter: (pattern: string, wanted: boolean) => void;
}

interface Pattern {
  readonly text: string;
  readonly count: number;
  readonly ratio: number | undefined;
  readonly severity: string;
  readonly difference: number | undefined;
  readonly differenceText: string;
}

const COMPARISONS: readonly { readonly value: PatternComparison | "none"; readonly label: string }[] = [
  { value: "none", label: "Nothing" },
  { value: "range", label: "The range before" },
  { value: "previousDay", label: "A day before" },
  { value: "previousWeek", label: "A week before" },
  { value: "previousMonth", label: "A month before" },
];

/** What is constant in the messages of the query's events, the most frequent first; or how that differs from an earlier time. */
export function PatternsTab({ events, asked, onFilter }: PatternsTabProps) {
  const [compare, setCompare] = useState<PatternComparison | "none">("none");
  const { run, error, start } = useQueryRun();
  const queryString = patternsOf(events, compare === "none" ? undefined : compare);
  useEffect(() => start({ ...asked, queryString, limit: undefined }, []), [asked, queryString, start]);

  const patterns = useMemo(() => {
    const at = new Map(run?.result.columns.map((name, index) => [name, index]));
    return (run?.result.rows ?? []).map(({ values }): Pattern => {
      const value = (name: string) => values[at.get(name) ?? -1];
      const number = (name: string) => (value(name) === undefined ? undefined : Number(value(name)));
      return {
        text: value("@pattern") ?? "",
        count: number("@sampleCount") ?? 0,
        ratio: number("@ratio"),
        severity: value("@severityLabel") ?? "",
        difference: number("@differenceCount"),
        differenceText: value("@differenceDescription") ?? "",
      };
    });
  }, [run]);

  const [sorting, setSorting] = useState<{ readonly column: string; readonly descending: boolean }>();
  const [filter, setFilter] = useState("");
  const [page, setPage] = useState(1);
  const sorted = useMemo(() => {
    const by = SORTS[sorting?.column ?? ""];
    const wanted = patterns.filter(({ text }) => text.toLowerCase().includes(filter.toLowerCase()));
    if (sorting === undefined || by === undefined) return wanted;
    return wanted.toSorted((a, b) => (sorting.descending ? by(b, a) : by(a, b)));
  }, [patterns, sorting, filter]);
  const pages = Math.max(1, Math.ceil(sorted.length / ON_A_PAGE));
  const shown = Math.min(page, pages);

  const columns = columnsOf(compare !== "none", onFilter);
  const loading = run === undefined || isUnderWay(run);
  return (
    <SpaceBetween size="s">
      <Header
        variant="h3"
        counter={loading ? undefined : `(${numberText(patterns.length)})`}
        actions={
          <FormField label="Compare with">
            <Select
              selectedOption={COMPARISONS.find(({ value }) => value === compare) ?? null}
              options={COMPARISONS}
              onChange={({ detail }) => {
                const chosen = COMPARISONS.find(({ value }) => value === detail.selectedOption.value);
                if (chosen !== undefined) setCompare(chosen.value);
              }}
            />
          </FormField>
        }
      >
        Patterns
      </Header>
      {error !== undefined ? (
        <Failure error={error} />
      ) : (
        <>
          {run !== undefined && <RunStatusLine run={run} />}
          <Table
            variant="embedded"
            items={sorted.slice((shown - 1) * ON_A_PAGE, shown * ON_A_PAGE)}
            filter={
              <TextFilter
                filteringText={filter}
                filteringPlaceholder="Find a pattern"
                filteringAriaLabel="Find a pattern"
                countText={filter === "" ? "" : `${numberText(sorted.length)} found`}
                onChange={({ detail }) => {
                  setFilter(detail.filteringText);
                  setPage(1);
                }}
              />
            }
            pagination={
              <Pagination
                currentPageIndex={shown}
                pagesCount={pages}
                onChange={({ detail }) => setPage(detail.currentPageIndex)}
              />
            }
            trackBy="text"
            columnDefinitions={columns}
            {...(sorting !== undefined && {
              sortingColumn: columns.find(({ id }) => id === sorting.column) ?? { sortingField: sorting.column },
              sortingDescending: sorting.descending,
            })}
            onSortingChange={({ detail }) =>
              setSorting({ column: detail.sortingColumn.sortingField ?? "", descending: detail.isDescending ?? false })
            }
            loading={loading && patterns.length === 0}
            loadingText="Looking for patterns"
            wrapLines
            empty={
              <Box color="text-body-secondary">
                {filter === "" ? "There are no events to find patterns in." : "No pattern holds this text."}
              </Box>
            }
            ariaLabels={{ tableLabel: "Patterns" }}
          />
        </>
      )}
    </SpaceBetween>
  );
}

/** Patterns on a page of the table. */
const ON_A_PAGE = 25;

const SORTS: Readonly<Record<string, (a: Pattern, b: Pattern) => number>> = {
  count: (a, b) => a.count - b.count,
  difference: (a, b) => (a.difference ?? 0) - (b.difference ?? 0),
  severity: (a, b) => (a.severity < b.severity ? -1 : 1),
  text: (a, b) => (a.text < b.text ? -1 : 1),
};

function columnsOf(compared: boolean, onFilter: PatternsTabProps["onFilter"]): TableProps.ColumnDefinition<Pattern>[] {
  return [
    {
      id: "text",
      header: "Pattern",
      sortingField: "text",
      isRowHeader: true,
      minWidth: 260,
      cell: ({ text }) => <PatternText text={text} />,
    },
    { id: "count", header: "Events", sortingField: "count", minWidth: 100, cell: ({ count }) => numberText(count) },
    compared
      ? {
          id: "difference",
          header: "Difference",
          sortingField: "difference",
          minWidth: 130,
          cell: ({ difference, differenceText }) =>
            `${difference === undefined ? "" : `${difference > 0 ? "+" : ""}${numberText(difference)} `}${differenceText}`,
        }
      : {
          id: "ratio",
          header: "Share",
          sortingField: "count",
          minWidth: 90,
          cell: ({ ratio }) => (ratio === undefined ? "–" : `${Number((100 * ratio).toPrecision(3))}%`),
        },
    {
      id: "severity",
      header: "Severity",
      sortingField: "severity",
      minWidth: 100,
      cell: ({ severity }) => (severity === "NONE" ? "–" : severity),
    },
    {
      id: "actions",
      header: "Query",
      minWidth: 110,
      cell: ({ text }) => (
        <SpaceBetween size="xs" direction="horizontal">
          <Button
            variant="inline-icon"
            iconName="zoom-in"
            ariaLabel={`Keep only ${text}`}
            onClick={() => onFilter(text, true)}
          />
          <Button
            variant="inline-icon"
            iconName="zoom-out"
            ariaLabel={`Leave out ${text}`}
            onClick={() => onFilter(text, false)}
          />
        </SpaceBetween>
      ),
    },
  ];
}

/** A pattern with what varies in it marked. */
function PatternText({ text }: { readonly text: string }) {
  const pieces: { readonly at: number; readonly text: string; readonly token: boolean }[] = [];
  let at = 0;
  for (const { index, 0: token } of text.matchAll(/<[A-Za-z]+-\d+>/g)) {
    if (index > at) pieces.push({ at, text: text.slice(at, index), token: false });
    pieces.push({ at: index, text: token, token: true });
    at = index + token.length;
  }
  if (at < text.length) pieces.push({ at, text: text.slice(at), token: false });
  return (
    <code className="pattern-text">
      {pieces.map((piece) => (
        <span key={piece.at} className={piece.token ? "pattern-token" : undefined}>
          <LogText text={piece.text} />
        </span>
      ))}
    </code>
  );
}
