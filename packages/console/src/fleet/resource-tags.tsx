import type { Tag } from "../tags/tag.ts";
import { TagsTable } from "../tags/tags-table.tsx";
import { ssm } from "./ssm.ts";

/** The tags of a host or parameter. */
export function ResourceTags({
  type: ResourceType,
  id: ResourceId,
  onChanged,
}: {
  readonly type: "ManagedInstance" | "Parameter";
  readonly id: string;
  readonly onChanged?: () => Promise<void>;
}) {
  return (
    <TagsTable
      calls={{
        queryKey: ["ssm", "ListTagsForResource", ResourceType, ResourceId],
        async read(signal) {
          const { TagList = [] } = await ssm("ListTagsForResource", { ResourceType, ResourceId }, signal);
          return TagList.map(({ Key = "", Value = "" }): Tag => ({ key: Key, value: Value }));
        },
        async write({ gone, put }) {
          if (gone.length > 0) await ssm("RemoveTagsFromResource", { ResourceType, ResourceId, TagKeys: [...gone] });
          if (put.length > 0) {
            const Tags = put.map(({ key, value }) => ({ Key: key, Value: value }));
            await ssm("AddTagsToResource", { ResourceType, ResourceId, Tags });
          }
          await onChanged?.();
        },
      }}
    />
  );
}
