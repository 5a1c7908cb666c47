import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Link from "@cloudscape-design/components/link";
import Pagination from "@cloudscape-design/components/pagination";
import RadioButton from "@cloudscape-design/components/radio-button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Table from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { LogText } from "../result-table/log-text.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { Failure } from "../shell/failure.tsx";
import { numberText } from "../time/format.ts";
import { type Metric, metricKey } from "./graph-state.ts";
import {
  type Bunch,
  dimensionSet,
  dimensionSetsOf,
  dimensionSetTitle,
  found,
  listMetrics,
  namespacesOf,
  namespaceTitle,
  searchExpression,
} from "./metric-list.ts";
import "./metric-browser.css";

/** Where somebody is among the metrics. */
export interface BrowserPlace {
  readonly namespace?: string | undefined;
  /** Names of dimensions, joined by commas; empty for metrics without any. */
  readonly dimensions?: string | undefined;
  readonly search?: string | undefined;
}

export interface MetricBrowserProps {
  readonly place: BrowserPlace;
  readonly onPlace: (place: BrowserPlace) => void;
  /** Keys of those that are ticked. */
  readonly ticked: ReadonlySet<string>;
  readonly onTick: (metric: Metric) => void;
  /** Told an expression that finds the metrics in sight, and those that come later. */
  readonly onSearch?: ((expression: string) => void) | undefined;
  /** One metric is chosen, or several are ticked. */
  readonly single?: boolean;
}

const PAGE = 50;

/** Namespaces, in them sets of dimensions, in those metrics; or all that fit a search. */
export function MetricBrowser({ place, onPlace, ticked, onTick, onSearch, single = false }: MetricBrowserProps) {
  const { namespace, dimensions, search = "" } = place;
  const list = useQuery({
    queryKey: ["monitoring", "ListMetrics", namespace],
    queryFn: ({ signal }) => listMetrics(namespace, signal),
  });
  const matching = found(list.data?.metrics ?? [], search);
  const inSet = dimensions === undefined ? matching : matching.filter((metric) => dimensionSet(metric) === dimensions);
  // Someone who searches in a namespace wants metrics; in all of them, where they are.
  const expression = searchExpression(inSet);
  const showsMetrics = dimensions !== undefined || (search !== "" && namespace !== undefined);
  return (
    <SpaceBetween size="s">
      <BreadcrumbGroup
        ariaLabel="Where you are among the metrics"
        items={[
          { text: "All", href: "#all" },
          ...(namespace === undefined ? [] : [{ text: visibleText(namespaceTitle(namespace)), href: "#namespace" }]),
          ...(namespace === undefined || dimensions === undefined
            ? []
            : [{ text: visibleText(dimensionSetTitle(namespace, dimensions)), href: "#dimensions" }]),
        ]}
        onFollow={(event) => {
          event.preventDefault();
          if (event.detail.href === "#all") onPlace({});
          else if (event.detail.href === "#namespace") onPlace({ namespace });
        }}
      />
      <TextFilter
        filteringText={search}
        filteringAriaLabel="Search metrics"
        filteringPlaceholder="Search for any metric, dimension or value"
        onChange={({ detail }) => onPlace({ ...place, search: detail.filteringText || undefined })}
        countText={list.data === undefined ? "" : `${numberText(inSet.length)} metrics`}
      />
      {onSearch !== undefined && showsMetrics && expression !== undefined && (
        <Button iconName="search" onClick={() => onSearch(expression)}>
          Graph this search
        </Button>
      )}
      {list.error !== null && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.data?.more === true && (
        <Alert type="info">
          The first {numberText(list.data.metrics.length)} metrics are listed. Open a namespace for those of it.
        </Alert>
      )}
      {list.isPending ? (
        <Box color="text-status-inactive">
          <Spinner /> Loading metrics
        </Box>
      ) : inSet.length === 0 && list.error === null ? (
        <Box textAlign="center" padding="l" color="text-body-secondary">
          <Box variant="strong">No metrics</Box>
          <Box variant="p">
            {search === ""
              ? "Metrics appear here within a minute of their first value."
              : "No metric holds all words of the search."}
          </Box>
        </Box>
      ) : namespace === undefined ? (
        <Bunches bunches={namespacesOf(inSet)} onOpen={(key) => onPlace({ namespace: key, search: place.search })} />
      ) : showsMetrics ? (
        <Metrics metrics={inSet} ticked={ticked} onTick={onTick} single={single} />
      ) : (
        <Bunches
          bunches={dimensionSetsOf(namespace, inSet)}
          onOpen={(key) => onPlace({ namespace, dimensions: key, search: place.search })}
        />
      )}
    </SpaceBetween>
  );
}

function Bunches({ bunches, onOpen }: { readonly bunches: readonly Bunch[]; readonly onOpen: (key: string) => void }) {
  return (
    <ul className="metric-bunches">
      {bunches.map(({ key, title, count }) => (
        <li key={key}>
          <Link
            href="#"
            onFollow={(event) => {
              event.preventDefault();
              onOpen(key);
            }}
          >
            {visibleText(title)}
          </Link>
          <span>{numberText(count)}</span>
        </li>
      ))}
    </ul>
  );
}

function Metrics({
  metrics,
  ticked,
  onTick,
  single,
}: {
  readonly metrics: readonly Metric[];
  readonly ticked: ReadonlySet<string>;
  readonly onTick: (metric: Metric) => void;
  readonly single: boolean;
}) {
  const [wanted, setPage] = useState(1);
  const pages = Math.max(1, Math.ceil(metrics.length / PAGE));
  const page = Math.min(wanted, pages);
  const names = [...new Set(metrics.flatMap(({ dimensions }) => dimensions.map(([name]) => name)))].slice(0, 6);
  return (
    <Table<Metric>
      variant="embedded"
      items={metrics.slice((page - 1) * PAGE, page * PAGE)}
      trackBy={metricKey}
      wrapLines
      ariaLabels={{ tableLabel: "Metrics" }}
      pagination={
        pages > 1 ? (
          <Pagination
            currentPageIndex={page}
            pagesCount={pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
            ariaLabels={{
              nextPageLabel: "Next page",
              previousPageLabel: "Previous page",
              pageLabel: (number) => `Page ${number}`,
            }}
          />
        ) : undefined
      }
      columnDefinitions={[
        {
          id: "name",
          header: "Metric name",
          isRowHeader: true,
          cell: (metric) => {
            const text = <LogText text={metric.name} />;
            const checked = ticked.has(metricKey(metric));
            return single ? (
              <RadioButton name="metric" value={metricKey(metric)} checked={checked} onSelect={() => onTick(metric)}>
                {text}
              </RadioButton>
            ) : (
              <Checkbox checked={checked} onChange={() => onTick(metric)}>
                {text}
              </Checkbox>
            );
          },
        },
        ...names.map((dimension) => ({
          id: `dimension ${dimension}`,
          header: visibleText(dimension),
          cell: ({ dimensions }: Metric) => (
            <LogText text={dimensions.find(([name]) => name === dimension)?.[1] ?? "–"} />
          ),
        })),
      ]}
    />
  );
}
