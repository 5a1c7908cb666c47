import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { type QueryKey, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryCache } from "../api/query-cache.ts";
import { Ask } from "../logs/groups/ask.tsx";
import { Nothing } from "../resource-table/resource-table.tsx";
import { LogText } from "../result-table/log-text.tsx";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";
import { type Tag, tagFault } from "./tag.ts";
import { type TagChanges, tagChanges } from "./tag-changes.ts";
import { TagFields } from "./tag-fields.tsx";

export interface TagCalls {
  readonly queryKey: QueryKey;
  readonly read: (signal: AbortSignal) => Promise<readonly Tag[]>;
  /** Those to remove are to go first, so that a resource that is full of tags has room for the others. */
  readonly write: (changes: TagChanges) => Promise<void>;
}

/** The tags of a resource, to see and to edit. */
export function TagsTable({ calls }: { readonly calls: TagCalls }) {
  const [editing, setEditing] = useState(false);
  const asked = useQuery({ queryKey: calls.queryKey, queryFn: ({ signal }) => calls.read(signal) });
  const tags = asked.data ?? [];
  return (
    <>
      <Table<Tag>
        items={asked.error ? [] : tags}
        loading={asked.isPending}
        loadingText="Loading tags"
        trackBy="key"
        wrapLines
        ariaLabels={{ tableLabel: "Tags" }}
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
        empty={
          asked.error ? (
            <Failure error={asked.error} retry={() => void asked.refetch()} />
          ) : (
            <Nothing title="No tags" text="Tags sort resources, and policies can allow things by them." />
          )
        }
        columnDefinitions={[
          { id: "key", header: "Key", isRowHeader: true, cell: ({ key }) => <LogText text={key} /> },
          { id: "value", header: "Value", cell: ({ value }) => <LogText text={value} /> },
        ]}
      />
      {editing && <EditTags calls={calls} before={tags} onClose={() => setEditing(false)} />}
    </>
  );
}

function EditTags({
  calls,
  before,
  onClose,
}: {
  readonly calls: TagCalls;
  readonly before: readonly Tag[];
  readonly onClose: () => void;
}) {
  const flash = useFlash();
  const [tags, setTags] = useState(before);
  const save = async () => {
    await calls.write(tagChanges(before, tags));
    await queryCache.invalidateQueries({ queryKey: calls.queryKey });
    flash.success("Tags saved.");
  };
  return (
    <Ask
      title="Edit tags"
      action="Save"
      size="large"
      ready={tags.every((_, index) => tagFault(tags, index) === undefined)}
      onConfirm={save}
      onClose={onClose}
    >
      <TagFields tags={tags} onChange={setTags} />
    </Ask>
  );
}
