import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { Failure } from "../shell/failure.tsx";
import type { PageProps } from "../shell/page-entry.ts";
import { bodyOf } from "./dashboard-calls.ts";
import { DashboardEditor } from "./dashboard-editor.tsx";
import { DashboardView } from "./dashboard-view.tsx";
import { pretty } from "./edit-body.ts";

/** One dashboard, to look at or to change. */
export default function DashboardPage({ params: { name = "" }, query }: PageProps) {
  const found = useQuery({
    queryKey: ["monitoring", "GetDashboard", name],
    queryFn: ({ signal }) => bodyOf(name, signal),
  });
  if (found.error !== null) return <Failure error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Spinner size="large" />;
  return query.get("edit") === "true" ? (
    <DashboardEditor name={name} stored={pretty(found.data)} query={query} />
  ) : (
    <DashboardView name={name} stored={found.data} query={query} />
  );
}
