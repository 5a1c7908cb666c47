import { useMemo } from "react";
import { useFlash } from "../shell/flash.tsx";
import { AddQuery } from "./add-query.tsx";
import { DeleteQuery } from "./delete-query.tsx";
import { ParametersModal } from "./parameters-modal.tsx";
import type { QueryState } from "./query-state.ts";
import { SaveQuery } from "./save-query.tsx";
import type { SavedQuery } from "./saved-queries.ts";
import { type ChartKind, drawableOf } from "./visualization.ts";

export type OpenDialog =
  | { readonly kind: "save" }
  | { readonly kind: "dashboard" }
  | { readonly kind: "delete"; readonly saved: SavedQuery }
  | { readonly kind: "parameters"; readonly saved: SavedQuery };

export interface DialogsProps {
  readonly open: OpenDialog | undefined;
  readonly state: QueryState;
  /** The saved query that was put into the editor last. */
  readonly saved: SavedQuery | undefined;
  readonly onClose: () => void;
  readonly onParameters: (saved: SavedQuery, text: string) => void;
}

/** What the page asks for in a window of its own. */
export function Dialogs({ open, state, saved, onClose, onParameters }: DialogsProps) {
  const flash = useFlash();
  const kinds = useMemo(() => (open?.kind === "dashboard" ? kindsOf(state.query) : []), [open, state.query]);
  switch (open?.kind) {
    case undefined:
      return null;
    case "save":
      return (
        <SaveQuery
          query={state.query}
          groups={state.groups.kind === "names" ? state.groups.names : []}
          opened={saved}
          onClose={onClose}
          onSaved={(name) => {
            onClose();
            flash.success(`The query was saved as ${name}.`);
          }}
        />
      );
    case "dashboard":
      return <AddQuery query={state.query} groups={state.groups} kinds={kinds} onClose={onClose} />;
    case "delete":
      return <DeleteQuery saved={open.saved} onClose={onClose} />;
    case "parameters":
      return (
        <ParametersModal saved={open.saved} onClose={onClose} onApply={(text) => onParameters(open.saved, text)} />
      );
  }
}

function kindsOf(query: string): readonly ChartKind[] {
  try {
    const drawable = drawableOf(query);
    return "kinds" in drawable ? drawable.kinds : [];
  } catch {
    // A query with a fault can be put on a dashboard like any other; it shows there what is wrong.
    return [];
  }
}
