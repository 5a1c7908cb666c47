import { useState } from "react";
import { LogText } from "../result-table/log-text.tsx";
import { type JsonNode, summaryOf } from "./json-tree.ts";
import "./json-view.css";

/** Parts with fewer items than this are open at first. */
const OPEN_UP_TO = 30;
/** Items shown of one part until more are asked for. */
const SHOWN = 200;

/** JSON that can be folded and opened part by part; closed parts cost nothing. */
export function JsonView({ node }: { readonly node: JsonNode }) {
  return (
    <div className="json-view">
      <Part node={node} label={undefined} depth={0} />
    </div>
  );
}

function Part({
  node,
  label,
  depth,
}: {
  readonly node: JsonNode;
  readonly label: string | undefined;
  readonly depth: number;
}) {
  const isLeaf = node.kind === "leaf";
  const [open, setOpen] = useState(!isLeaf && depth < 2 && node.items.length <= OPEN_UP_TO);
  const [shown, setShown] = useState(SHOWN);
  const name = label !== undefined && (
    <span className="json-view-name">
      <LogText text={label} />
    </span>
  );
  if (isLeaf) {
    return (
      <div className="json-view-leaf">
        {name}
        <span className={`json-view-${node.type}`}>
          <LogText text={node.type === "string" ? JSON.stringify(node.text) : node.text} />
        </span>
      </div>
    );
  }
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {name}
        <span className="json-view-summary">{summaryOf(node)}</span>
      </summary>
      {open && (
        <div className="json-view-items">
          {node.items.slice(0, shown).map(([itemLabel, item]) => (
            <Part key={itemLabel} node={item} label={itemLabel} depth={depth + 1} />
          ))}
          {node.items.length > shown && (
            <button type="button" onClick={() => setShown(shown + SHOWN)}>
              {node.items.length - shown} more
            </button>
          )}
        </div>
      )}
    </details>
  );
}
