import { useState } from "react";
import { logs } from "../../api/services.ts";
import { useFlash } from "../../shell/flash.tsx";
import { Ask } from "./ask.tsx";
import { groupsChanged } from "./group-calls.ts";
import { type Tag, tagFault, tagRecord } from "./group-name.ts";
import { TagFields } from "./tag-fields.tsx";

/** Changes the tags of a group. */
export function EditTags({
  arn,
  tags: before,
  onClose,
}: {
  readonly arn: string;
  readonly tags: readonly Tag[];
  readonly onClose: () => void;
}) {
  const flash = useFlash();
  const [tags, setTags] = useState(before);
  const save = async () => {
    const gone = before.map(({ key }) => key).filter((key) => !tags.some((tag) => tag.key === key));
    if (gone.length > 0) await logs("UntagResource", { resourceArn: arn, tagKeys: gone });
    if (tags.length > 0) await logs("TagResource", { resourceArn: arn, tags: tagRecord(tags) });
    await groupsChanged();
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
