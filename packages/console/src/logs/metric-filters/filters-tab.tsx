import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Cards from "@cloudscape-design/components/cards";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { LogText } from "../../result-table/log-text.tsx";
import { Failure } from "../../shell/failure.tsx";
import { navigate } from "../../shell/navigate.ts";
import { href } from "../../shell/route.ts";
import { Time } from "../../time/time.tsx";
import { alarmAddress, metricAddress } from "./addresses.ts";
import { DeleteFilters } from "./delete-filters.tsx";
import { filtersOf, type MetricFilter, type Transformation } from "./filter-calls.ts";

/** The metric filters of a group, as cards. */
export function FiltersTab({ group, isStandard }: { readonly group: string; readonly isStandard: boolean }) {
  const [selected, setSelected] = useState<readonly MetricFilter[]>([]);
  const [deleting, setDeleting] = useState(false);
  const filters = useQuery({
    queryKey: ["logs", "DescribeMetricFilters", group],
    queryFn: ({ signal }) => filtersOf(group, signal),
  });
  const create = () => navigate(href("/logs/groups/:group/filters/create", { group }));
  const [only] = selected.length === 1 ? selected : [];
  const transformation = only?.metricTransformations?.[0];
  const edit = () => {
    if (only?.filterName !== undefined)
      navigate(href("/logs/groups/:group/filters/:filter/edit", { group, filter: only.filterName }));
  };
  const alarm = () => {
    if (transformation !== undefined) navigate(alarmAddress(transformation));
  };
  return (
    <>
      <Cards<MetricFilter>
        items={filters.error ? [] : (filters.data ?? [])}
        loading={filters.isPending}
        loadingText="Loading metric filters"
        trackBy="filterName"
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        cardsPerRow={[{ cards: 1 }, { minWidth: 700, cards: 2 }]}
        ariaLabels={{
          itemSelectionLabel: (_, filter) => `Choose ${filter.filterName}`,
          selectionGroupLabel: "Choose metric filters",
          cardsLabel: "Metric filters",
        }}
        header={
          <Header
            counter={filters.data === undefined ? undefined : `(${filters.data.length})`}
            description="A metric filter makes values of a metric out of the events that fit its pattern, as they arrive."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button disabled={selected.length === 0} onClick={() => setDeleting(true)}>
                  Delete
                </Button>
                <Button disabled={only === undefined} onClick={edit}>
                  Edit
                </Button>
                <Button disabled={transformation === undefined} onClick={alarm}>
                  Create alarm
                </Button>
                <Button variant="primary" disabled={!isStandard} onClick={create}>
                  Create metric filter
                </Button>
              </SpaceBetween>
            }
          >
            Metric filters
          </Header>
        }
        empty={
          filters.error ? (
            <Failure error={filters.error} retry={() => void filters.refetch()} />
          ) : (
            <Box textAlign="center" padding="l">
              <SpaceBetween size="s">
                <Box variant="strong">No metric filters</Box>
                {isStandard ? (
                  <Button onClick={create}>Create metric filter</Button>
                ) : (
                  <Box color="text-body-secondary">Groups of the class Standard can have them.</Box>
                )}
              </SpaceBetween>
            </Box>
          )
        }
        cardDefinition={{
          header: ({ filterName = "" }) => (
            <Box variant="h3">
              <LogText text={filterName} />
            </Box>
          ),
          sections: [
            {
              id: "pattern",
              header: "Filter pattern",
              content: ({ filterPattern }) =>
                filterPattern ? (
                  <Box variant="code">
                    <LogText text={filterPattern} />
                  </Box>
                ) : (
                  "Every event"
                ),
            },
            {
              id: "metric",
              header: "Metric",
              width: 50,
              content: ({ metricTransformations = [] }) => <Metric of={metricTransformations[0]} />,
            },
            {
              id: "value",
              header: "Value",
              width: 25,
              content: ({ metricTransformations = [] }) => (
                <LogText text={metricTransformations[0]?.metricValue ?? "–"} />
              ),
            },
            {
              id: "default",
              header: "Default value",
              width: 25,
              content: ({ metricTransformations = [] }) => metricTransformations[0]?.defaultValue ?? "–",
            },
            {
              id: "dimensions",
              header: "Dimensions",
              width: 50,
              content: ({ metricTransformations = [] }) => (
                <LogText text={dimensionsText(metricTransformations[0]) || "–"} />
              ),
            },
            { id: "created", header: "Created", width: 50, content: ({ creationTime }) => <Time ms={creationTime} /> },
          ],
        }}
      />
      {deleting && (
        <DeleteFilters
          group={group}
          names={selected.flatMap(({ filterName }) => filterName ?? [])}
          onDone={() => setSelected([])}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  );
}

function Metric({ of }: { readonly of: Transformation | undefined }) {
  if (of === undefined) return "–";
  return (
    <Link href={metricAddress(of)}>
      <LogText text={`${of.metricNamespace} / ${of.metricName}`} />
    </Link>
  );
}

const dimensionsText = (transformation: Transformation | undefined): string =>
  Object.entries(transformation?.dimensions ?? {})
    .map(([name, selector]) => `${name} = ${selector}`)
    .join(", ");
