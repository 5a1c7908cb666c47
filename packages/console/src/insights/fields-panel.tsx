import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Spinner from "@cloudscape-design/components/spinner";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useState } from "react";
import { visibleText } from "../result-table/visible-text.ts";
import { Failure } from "../shell/failure.tsx";
import type { DiscoveredFields } from "./use-fields.ts";
import "./side-panel.css";

/** Names shown without a filter; a group may have a thousand. */
const SHOWN = 200;

/** Fields that were found in the newest events of the chosen groups, with how many of a hundred have them. */
export function FieldsPanel({
  found,
  onUse,
}: {
  readonly found: DiscoveredFields;
  readonly onUse: (name: string) => void;
}) {
  const [filter, setFilter] = useState("");
  if (found.error !== null) return <Failure error={found.error} retry={found.retry} />;
  if (found.loading) {
    return (
      <Box color="text-status-inactive">
        <Spinner /> Looking at the newest events
      </Box>
    );
  }
  if (found.fields.length === 0) {
    return (
      <Box color="text-body-secondary">
        {found.groups.length === 0
          ? "Choose a log group to see the fields of its events."
          : "The chosen log groups have no events in this range."}
      </Box>
    );
  }
  const wanted = found.fields.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
  return (
    <>
      {found.fields.length > 12 && (
        <Box padding={{ bottom: "s" }}>
          <TextFilter
            filteringText={filter}
            filteringPlaceholder="Find a field"
            filteringAriaLabel="Find a field"
            onChange={({ detail }) => setFilter(detail.filteringText)}
          />
        </Box>
      )}
      <ul className="side-list">
        {wanted.slice(0, SHOWN).map(({ name, percent }) => (
          <li key={name}>
            <Button
              variant="inline-link"
              onClick={() => onUse(name)}
              ariaLabel={`Use ${visibleText(name)} in the query`}
            >
              {visibleText(name)}
            </Button>
            <span className="side-share">{percent}%</span>
          </li>
        ))}
      </ul>
      {wanted.length > SHOWN && (
        <Box color="text-body-secondary">{wanted.length - SHOWN} more. Write a part of the name to find them.</Box>
      )}
      {wanted.length === 0 && <Box color="text-body-secondary">No field's name holds this text.</Box>}
      {found.left > 0 && (
        <Box color="text-body-secondary" fontSize="body-s" padding={{ top: "s" }}>
          Of the first {found.groups.length} log groups.
        </Box>
      )}
    </>
  );
}
