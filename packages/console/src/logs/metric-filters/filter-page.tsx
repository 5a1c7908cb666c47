import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { CallError } from "../../api/call-error.ts";
import { Failure } from "../../shell/failure.tsx";
import type { PageProps } from "../../shell/page-entry.ts";
import { filtersOf } from "./filter-calls.ts";
import { EMPTY_FORM, formOf } from "./filter-form.ts";
import { FilterWizard } from "./filter-wizard.tsx";

/** Makes a metric filter, or changes the one that the address names. */
export default function FilterPage({ params, query }: PageProps) {
  const { group = "", filter } = params;
  const filters = useQuery({
    queryKey: ["logs", "DescribeMetricFilters", group],
    queryFn: ({ signal }) => filtersOf(group, signal),
    enabled: filter !== undefined,
  });
  if (filter === undefined) {
    return (
      <FilterWizard group={group} existing={undefined} start={{ ...EMPTY_FORM, pattern: query.get("pattern") ?? "" }} />
    );
  }
  if (filters.error) return <Failure error={filters.error} retry={() => void filters.refetch()} />;
  if (filters.data === undefined) return <Spinner size="large" />;
  const found = filters.data.find(({ filterName }) => filterName === filter);
  if (found === undefined) {
    return (
      <Failure error={new CallError("ResourceNotFoundException", `${group} has no metric filter of this name.`)} />
    );
  }
  return <FilterWizard group={group} existing={filter} start={formOf(found)} />;
}
