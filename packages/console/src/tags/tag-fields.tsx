import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Input from "@cloudscape-design/components/input";
import { MOST_TAGS, type Tag, tagFault } from "./tag.ts";

/** Tags to write. Faults are shown once something was written. */
export function TagFields({
  tags,
  onChange,
}: {
  readonly tags: readonly Tag[];
  readonly onChange: (tags: readonly Tag[]) => void;
}) {
  const change = (index: number, part: Partial<Tag>) =>
    onChange(tags.map((tag, at) => (at === index ? { ...tag, ...part } : tag)));
  return (
    <AttributeEditor<Tag>
      items={tags}
      addButtonText="Add tag"
      removeButtonText="Remove"
      removeButtonAriaLabel={(tag) => `Remove the tag ${tag.key}`}
      disableAddButton={tags.length >= MOST_TAGS}
      empty="No tags."
      onAddButtonClick={() => onChange([...tags, { key: "", value: "" }])}
      onRemoveButtonClick={({ detail }) => onChange(tags.filter((_, index) => index !== detail.itemIndex))}
      additionalInfo={tags.length >= MOST_TAGS ? `There are at most ${MOST_TAGS} tags.` : undefined}
      definition={[
        {
          label: "Key",
          errorText: (tag, index) => (tag.key === "" && tag.value === "" ? undefined : tagFault(tags, index)),
          control: (tag, index) => (
            <Input
              value={tag.key}
              onChange={({ detail }) => change(index, { key: detail.value })}
              ariaLabel={`Key of tag ${index + 1}`}
            />
          ),
        },
        {
          label: "Value",
          control: (tag, index) => (
            <Input
              value={tag.value}
              onChange={({ detail }) => change(index, { value: detail.value })}
              ariaLabel={`Value of tag ${index + 1}`}
            />
          ),
        },
      ]}
    />
  );
}
