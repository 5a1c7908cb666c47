import Button from "@cloudscape-design/components/button";
import { useMemo, useState } from "react";
import { jsonTree } from "../log-text/json-tree.ts";
import { JsonView } from "../log-text/json-view.tsx";
import { LogText } from "./log-text.tsx";
import { visibleText } from "./visible-text.ts";
import "./field-list.css";

/** A field of one event. */
export interface FieldValue {
  readonly name: string;
  readonly value: string;
  /** What it is shown as, where that is not the value. */
  readonly shown?: string | undefined;
}

export interface FieldListProps {
  readonly fields: readonly FieldValue[];
  readonly onCopy: (text: string) => void;
  /** Absent where a condition on the field could not be added. */
  readonly onFilter?: ((field: FieldValue, wanted: boolean) => void) | undefined;
}

/** A longer value is shown in full only when it is asked for. */
const SHOWN_CHARACTERS = 5_000;

/** Every field of an event with its whole value. */
export function FieldList({ fields, onCopy, onFilter }: FieldListProps) {
  return (
    <dl className="field-list">
      {fields.map((field) => (
        <Field key={field.name} field={field} onCopy={onCopy} onFilter={onFilter} />
      ))}
    </dl>
  );
}

function Field({ field, onCopy, onFilter }: { readonly field: FieldValue } & Omit<FieldListProps, "fields">) {
  const [whole, setWhole] = useState(false);
  const name = visibleText(field.name);
  const text = field.shown ?? field.value;
  const tree = useMemo(() => jsonTree(text), [text]);
  const cut = tree === undefined && !whole && text.length > SHOWN_CHARACTERS;
  return (
    <div className="field-list-row">
      <dt>
        <LogText text={field.name} />
      </dt>
      <dd>
        {tree === undefined ? (
          <LogText text={cut ? text.slice(0, SHOWN_CHARACTERS) : text} />
        ) : (
          <JsonView node={tree} />
        )}
        {cut && (
          <Button variant="inline-link" onClick={() => setWhole(true)}>
            Show all {text.length.toLocaleString("en-US")} characters
          </Button>
        )}
      </dd>
      <dd className="field-list-actions">
        {onFilter !== undefined && (
          <>
            <Button
              variant="inline-icon"
              iconName="zoom-in"
              ariaLabel={`Keep only rows with this ${name}`}
              onClick={() => onFilter(field, true)}
            />
            <Button
              variant="inline-icon"
              iconName="zoom-out"
              ariaLabel={`Leave out rows with this ${name}`}
              onClick={() => onFilter(field, false)}
            />
          </>
        )}
        <Button variant="inline-icon" iconName="copy" ariaLabel={`Copy ${name}`} onClick={() => onCopy(field.value)} />
      </dd>
    </div>
  );
}
