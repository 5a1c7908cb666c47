import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import type { MetricProperties } from "@nephoscope/languages/dashboard-body";
import { useEffect, useState } from "react";
import { currentRegion } from "../api/session.ts";
import { readGraphSource } from "./graph-state.ts";

/** The graph as the JSON that a dashboard's widget has. */
export function SourceTab({
  graph,
  onGraph,
}: {
  readonly graph: MetricProperties;
  readonly onGraph: (graph: MetricProperties) => void;
}) {
  const written = JSON.stringify({ region: currentRegion(), ...graph }, null, 2);
  const [text, setText] = useState(written);
  useEffect(() => setText(written), [written]);
  const read = readGraphSource(text, currentRegion());
  return (
    <SpaceBetween size="s">
      <Textarea
        value={text}
        rows={16}
        spellcheck={false}
        ariaLabel="Source of the graph"
        invalid={typeof read === "string"}
        onChange={({ detail }) => setText(detail.value)}
      />
      {typeof read === "string" && (
        <Alert type="error" header="This is no graph">
          <Box variant="pre">{read}</Box>
        </Alert>
      )}
      <Button
        disabled={typeof read === "string" || text === written}
        onClick={() => typeof read !== "string" && onGraph(read)}
      >
        Update
      </Button>
    </SpaceBetween>
  );
}
