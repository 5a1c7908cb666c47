import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { logs } from "../../api/services.ts";
import { LogText } from "../../result-table/log-text.tsx";
import { Failure } from "../../shell/failure.tsx";
import { EditTags } from "./edit-tags.tsx";

/** The tags of a resource of CloudWatch Logs. */
export function TagsTab({ arn }: { readonly arn: string }) {
  const [editing, setEditing] = useState(false);
  const asked = useQuery({
    queryKey: ["logs", "ListTagsForResource", arn],
    queryFn: ({ signal }) => logs("ListTagsForResource", { resourceArn: arn }, signal),
  });
  const tags = Object.entries(asked.data?.tags ?? {}).map(([key, value]) => ({ key, value }));
  return (
    <>
      <Table
        items={asked.error ? [] : tags}
        loading={asked.isPending}
        loadingText="Loading tags"
        trackBy="key"
        header={
          <Header
            counter={asked.data === undefined ? undefined : `(${tags.length})`}
            actions={
              <Button disabled={asked.data === undefined} onClick={() => setEditing(true)}>
                Edit tags
              </Button>
            }
          >
            Tags
          </Header>
        }
        empty={asked.error ? <Failure error={asked.error} retry={() => void asked.refetch()} /> : "No tags"}
        columnDefinitions={[
          { id: "key", header: "Key", isRowHeader: true, cell: ({ key }) => <LogText text={key} /> },
          { id: "value", header: "Value", cell: ({ value }) => <LogText text={value} /> },
        ]}
      />
      {editing && <EditTags arn={arn} tags={tags} onClose={() => setEditing(false)} />}
    </>
  );
}
