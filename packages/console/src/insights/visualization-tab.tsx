import Box from "@cloudscape-design/components/box";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import type { Result } from "../result-table/result-model.ts";
import type { Span } from "../time-range/time-range.ts";
import { chosenKind, Graph, KINDS, NotDrawable } from "./result-graph.tsx";
import { type ChartKind, drawableOf } from "./visualization.ts";

const HEIGHT = 380;

export interface VisualizationTabProps {
  /** The text that gave the result. */
  readonly query: string;
  readonly result: Result;
  readonly span: Span;
  readonly kind: ChartKind | undefined;
  readonly onKind: (kind: ChartKind) => void;
  /** Told the range that was drawn over a graph. */
  readonly onZoom?: ((span: Span) => void) | undefined;
}

/** The result as a graph, of a kind that the query allows. */
export function VisualizationTab({ query, result, span, kind, onKind, onZoom }: VisualizationTabProps) {
  const drawable = useMemo(() => drawableOf(query), [query]);
  if ("reason" in drawable) return <NotDrawable reason={drawable.reason} />;
  const chosen = chosenKind(drawable, kind);
  return (
    <SpaceBetween size="m">
      {drawable.kinds.length > 1 ? (
        <SegmentedControl
          label="Kind of graph"
          selectedId={chosen}
          options={drawable.kinds.map((id) => ({ id, text: KINDS[id] }))}
          onChange={({ detail }) => {
            const next = drawable.kinds.find((each) => each === detail.selectedId);
            if (next !== undefined) onKind(next);
          }}
        />
      ) : (
        <Box color="text-body-secondary">Bars. Lines, stacked areas and pies need one grouping by bin(...).</Box>
      )}
      <Graph drawable={drawable} result={result} span={span} kind={chosen} height={HEIGHT} onZoom={onZoom} />
    </SpaceBetween>
  );
}
