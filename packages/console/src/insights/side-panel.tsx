import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Modal from "@cloudscape-design/components/modal";
import {
  colorBackgroundContainerContent,
  colorBorderDividerDefault,
  fontFamilyBase,
} from "@cloudscape-design/design-tokens";
import { type CSSProperties, type ReactNode, useSyncExternalStore } from "react";
import { FieldsPanel } from "./fields-panel.tsx";
import { HistoryPanel } from "./history-panel.tsx";
import { QueriesPanel } from "./queries-panel.tsx";
import type { QueryState } from "./query-state.ts";
import type { SavedQuery } from "./saved-queries.ts";
import type { DiscoveredFields } from "./use-fields.ts";
import "./side-panel.css";

export type SideView = "fields" | "queries" | "history";

export interface SidePanelProps {
  readonly view: SideView;
  readonly onClose: () => void;
  readonly fields: DiscoveredFields;
  readonly range: QueryState["range"];
  readonly onUseField: (name: string) => void;
  readonly onApply: (change: Partial<QueryState>) => void;
  readonly onApplySaved: (saved: SavedQuery) => void;
  readonly onDelete: (saved: SavedQuery) => void;
}

const TITLES: Readonly<Record<SideView, string>> = {
  fields: "Discovered fields",
  queries: "Queries",
  history: "History",
};

/** What helps to write a query, beside it; over the page where there is no room beside. */
export function SidePanel(props: SidePanelProps) {
  const narrow = useNarrow();
  const { view, onClose } = props;
  if (narrow) {
    const closing =
      <T,>(act: (value: T) => void) =>
      (value: T) => {
        act(value);
        onClose();
      };
    return (
      <Modal visible header={TITLES[view]} onDismiss={onClose}>
        <div style={LOOK}>
          <Content
            {...props}
            onUseField={closing(props.onUseField)}
            onApply={closing(props.onApply)}
            onApplySaved={closing(props.onApplySaved)}
            onDelete={closing(props.onDelete)}
          />
        </div>
      </Modal>
    );
  }
  return (
    <div className="side-panel" style={LOOK}>
      <div className="side-panel-head">
        <Header variant="h2" actions={<Button variant="icon" iconName="close" ariaLabel="Close" onClick={onClose} />}>
          {TITLES[view]}
        </Header>
      </div>
      <div className="side-panel-body">
        <section className="side-panel-scroll" aria-label={TITLES[view]}>
          <Content {...props} />
        </section>
      </div>
    </div>
  );
}

function Content({ view, fields, range, onUseField, onApply, onApplySaved, onDelete }: SidePanelProps): ReactNode {
  switch (view) {
    case "fields":
      return <FieldsPanel found={fields} onUse={onUseField} />;
    case "queries":
      return <QueriesPanel onApply={(query) => onApply({ query })} onApplySaved={onApplySaved} onDelete={onDelete} />;
    case "history":
      return <HistoryPanel range={range} onApply={onApply} />;
  }
}

/** Below this the panel has no room beside the query; the style sheet has the same. */
const narrowScreen = window.matchMedia("(max-width: 1099px)");

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      narrowScreen.addEventListener("change", changed);
      return () => narrowScreen.removeEventListener("change", changed);
    },
    () => narrowScreen.matches,
  );
}

const LOOK = {
  "--side-ground": colorBackgroundContainerContent,
  "--side-border": colorBorderDividerDefault,
  "--side-font": fontFamilyBase,
} as CSSProperties;
