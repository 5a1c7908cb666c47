import { logs } from "../../api/services.ts";
import { tagRecord } from "../../tags/tag.ts";
import { TagsTable } from "../../tags/tags-table.tsx";
import { groupsChanged } from "./group-calls.ts";

/** The tags of a resource of CloudWatch Logs. */
export function TagsTab({ arn: resourceArn }: { readonly arn: string }) {
  return (
    <TagsTable
      calls={{
        queryKey: ["logs", "ListTagsForResource", resourceArn],
        async read(signal) {
          const { tags = {} } = await logs("ListTagsForResource", { resourceArn }, signal);
          return Object.entries(tags).map(([key, value]) => ({ key, value }));
        },
        async write({ gone, put }) {
          if (gone.length > 0) await logs("UntagResource", { resourceArn, tagKeys: [...gone] });
          if (put.length > 0) await logs("TagResource", { resourceArn, tags: tagRecord(put) });
          await groupsChanged();
        },
      }}
    />
  );
}
