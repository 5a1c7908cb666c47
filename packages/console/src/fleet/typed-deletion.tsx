import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { type ReactNode, useState } from "react";
import { Ask } from "../logs/groups/ask.tsx";

/** Asks before something goes that nothing brings back: the word has to be typed. */
export function TypedDeletion({
  title,
  word,
  action,
  children,
  onConfirm,
  onClose,
}: {
  readonly title: string;
  readonly word: string;
  readonly action: string;
  readonly children: ReactNode;
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  return (
    <Ask
      title={title}
      action={action}
      ready={typed.trim().toLowerCase() === word}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {children}
      <FormField label={`To confirm, type ${word}`}>
        <Input
          value={typed}
          onChange={({ detail }) => setTyped(detail.value)}
          placeholder={word}
          autoFocus
          autoComplete={false}
        />
      </FormField>
    </Ask>
  );
}
