import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import TextFilter from "@cloudscape-design/components/text-filter";
import { sampleQueries } from "@nephoscope/languages/insights-samples";
import { type ReactNode, useState } from "react";
import { LogText } from "../result-table/log-text.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { Failure } from "../shell/failure.tsx";
import { type SavedQuery, useSavedQueries } from "./saved-queries.ts";
import { type Folder, foldersOf } from "./saved-tree.ts";
import "./side-panel.css";

export interface QueriesPanelProps {
  /** Told the text to put into the editor. */
  readonly onApply: (query: string) => void;
  readonly onApplySaved: (saved: SavedQuery) => void;
  readonly onDelete: (saved: SavedQuery) => void;
}

/** Queries that someone saved, in folders, and samples for every kind of log. */
export function QueriesPanel({ onApply, onApplySaved, onDelete }: QueriesPanelProps) {
  const saved = useSavedQueries();
  const [filter, setFilter] = useState("");
  const wanted = (...texts: readonly string[]) =>
    texts.some((text) => text.toLowerCase().includes(filter.toLowerCase()));
  const chosen = (saved.data ?? []).filter(({ name, query }) => wanted(name, query));
  const samples = sampleQueries.filter(({ group, name, query }) => wanted(group, name, query));
  const groups = [...new Set(samples.map(({ group }) => group))];
  // What was found is open; what was opened by hand before closes with the search.
  const found = filter !== "";
  return (
    <SpaceBetween size="s">
      <TextFilter
        filteringText={filter}
        filteringPlaceholder="Find a query"
        filteringAriaLabel="Find a query"
        onChange={({ detail }) => setFilter(detail.filteringText)}
      />
      <ExpandableSection headerText={`Saved queries (${saved.data?.length ?? 0})`} defaultExpanded>
        {saved.isPending ? (
          <Box color="text-status-inactive">
            <Spinner /> Loading saved queries
          </Box>
        ) : saved.isError ? (
          <Failure error={saved.error} retry={() => void saved.refetch()} />
        ) : chosen.length === 0 ? (
          <Box color="text-body-secondary">
            {saved.data.length === 0
              ? "None yet. Save keeps the query in the editor under a name."
              : "None has this text."}
          </Box>
        ) : (
          <FolderList folder={foldersOf(chosen)} opened={found} onApply={onApplySaved} onDelete={onDelete} />
        )}
      </ExpandableSection>
      <ExpandableSection headerText={`Sample queries (${samples.length})`} defaultExpanded>
        {groups.map((group) => (
          <ExpandableSection
            key={`${group} ${found}`}
            headerText={group}
            headingTagOverride="h4"
            defaultExpanded={found}
          >
            {samples
              .filter((sample) => sample.group === group)
              .map(({ name, query }) => (
                <Entry key={name} label={name} query={query} onApply={() => onApply(query)} />
              ))}
          </ExpandableSection>
        ))}
        {samples.length === 0 && <Box color="text-body-secondary">None has this text.</Box>}
      </ExpandableSection>
    </SpaceBetween>
  );
}

interface FolderListProps {
  readonly folder: Folder<SavedQuery>;
  readonly opened: boolean;
  readonly onApply: (saved: SavedQuery) => void;
  readonly onDelete: (saved: SavedQuery) => void;
}

function FolderList({ folder, opened, onApply, onDelete }: FolderListProps) {
  return (
    <>
      {folder.folders.map((inner) => (
        <ExpandableSection
          key={`${inner.path} ${opened}`}
          headerText={visibleText(inner.name)}
          headingTagOverride="h4"
          defaultExpanded={opened}
        >
          <FolderList folder={inner} opened={opened} onApply={onApply} onDelete={onDelete} />
        </ExpandableSection>
      ))}
      {folder.queries.map(({ label, query }) => (
        <Entry
          key={query.id}
          label={label}
          query={query.query}
          onApply={() => onApply(query)}
          extra={
            <Button
              variant="inline-icon"
              iconName="remove"
              ariaLabel={`Delete ${visibleText(query.name)}`}
              onClick={() => onDelete(query)}
            />
          }
        />
      ))}
    </>
  );
}

function Entry({
  label,
  query,
  onApply,
  extra,
}: {
  readonly label: string;
  readonly query: string;
  readonly onApply: () => void;
  readonly extra?: ReactNode;
}) {
  return (
    <div className="side-entry">
      <div className="side-entry-head">
        <strong>
          <LogText text={label} />
        </strong>
        <span className="side-entry-actions">
          <Button variant="inline-link" onClick={onApply} ariaLabel={`Apply ${visibleText(label)}`}>
            Apply
          </Button>
          {extra}
        </span>
      </div>
      <pre className="side-query">
        <LogText text={query} />
      </pre>
    </div>
  );
}
