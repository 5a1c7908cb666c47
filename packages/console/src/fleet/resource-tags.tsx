import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryCache } from "../api/query-cache.ts";
import { Ask } from "../logs/groups/ask.tsx";
import { type Tag, tagFault } from "../logs/groups/group-name.ts";
import { TagFields } from "../logs/groups/tag-fields.tsx";
import { LogText } from "../result-table/log-text.tsx";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";
import { ssm } from "./ssm.ts";
import { tagChanges } from "./tag-changes.ts";

type Type = "ManagedInstance" | "Parameter";

/** The tags of a host or parameter, to see and to edit. */
export function ResourceTags({
  type,
  id,
  onChanged,
}: {
  readonly type: Type;
  readonly id: string;
  readonly onChanged?: () => Promise<void>;
}) {
  const [editing, setEditing] = useState(false);
  const queryKey = ["ssm", "ListTagsForResource", type, id];
  const asked = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const { TagList = [] } = await ssm("ListTagsForResource", { ResourceType: type, ResourceId: id }, signal);
      return TagList.map(({ Key = "", Value = "" }): Tag => ({ key: Key, value: Value }));
    },
  });
  const tags = asked.data ?? [];
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
      {editing && (
        <EditTags
          type={type}
          id={id}
          before={tags}
          onSaved={async () => {
            await queryCache.invalidateQueries({ queryKey });
            await onChanged?.();
          }}
          onClose={() => setEditing(false)}
        />
      )}
    </>
  );
}

function EditTags({
  type,
  id,
  before,
  onSaved,
  onClose,
}: {
  readonly type: Type;
  readonly id: string;
  readonly before: readonly Tag[];
  readonly onSaved: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const flash = useFlash();
  const [tags, setTags] = useState(before);
  const save = async () => {
    const { gone, put } = tagChanges(before, tags);
    const resource = { ResourceType: type, ResourceId: id };
    // Those to remove first, so that a resource that is full of tags has room for the others.
    if (gone.length > 0) await ssm("RemoveTagsFromResource", { ...resource, TagKeys: [...gone] });
    if (put.length > 0) {
      await ssm("AddTagsToResource", {
        ...resource,
        Tags: put.map(({ key, value }) => ({ Key: key, Value: value })),
      });
    }
    await onSaved();
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
