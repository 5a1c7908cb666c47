import Badge from "@cloudscape-design/components/badge";
import { LogText } from "../result-table/log-text.tsx";
import type { Tag } from "./tag.ts";
import "./tag-list.css";

/** Tags in one line each, as short as they are. */
export function TagList({ tags }: { readonly tags: readonly Tag[] }) {
  if (tags.length === 0) return <>–</>;
  return (
    <span className="tag-list">
      {tags.map(({ key, value }) => (
        <Badge key={key}>
          <LogText text={value === "" ? key : `${key}=${value}`} />
        </Badge>
      ))}
    </span>
  );
}
