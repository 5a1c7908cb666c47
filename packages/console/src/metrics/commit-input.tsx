import Input from "@cloudscape-design/components/input";
import { useEffect, useState } from "react";

/** A field whose text counts when it is left, or Enter is pressed: not every letter changes the graph. */
export function CommitInput({
  value,
  onCommit,
  label,
  placeholder,
}: {
  readonly value: string;
  readonly onCommit: (value: string) => void;
  readonly label: string;
  readonly placeholder?: string;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    if (text !== value) onCommit(text);
  };
  return (
    <Input
      value={text}
      ariaLabel={label}
      placeholder={placeholder ?? ""}
      spellcheck={false}
      onChange={({ detail }) => setText(detail.value)}
      onBlur={commit}
      onKeyDown={({ detail }) => detail.key === "Enter" && commit()}
    />
  );
}
