import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { logs } from "../api/services.ts";
import { Failure } from "../shell/failure.tsx";

export default function GroupsPage() {
  const groups = useQuery({
    queryKey: ["logs", "DescribeLogGroups"],
    queryFn: ({ signal }) => logs("DescribeLogGroups", { limit: 50 }, signal),
  });
  if (groups.error) return <Failure error={groups.error} retry={() => groups.refetch()} />;
  return (
    <Table
      variant="full-page"
      header={<Header variant="h1">Log groups</Header>}
      loading={groups.isPending}
      loadingText="Loading log groups"
      items={groups.data?.logGroups ?? []}
      empty="No log groups"
      columnDefinitions={[{ id: "name", header: "Log group", cell: (group) => group.logGroupName }]}
    />
  );
}
