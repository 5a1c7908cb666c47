import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { useMemo } from "react";
import { MetricGraph } from "../chart/metric-graph.tsx";
import { useNow } from "../chart/use-now.ts";
import type { AlarmForm } from "./alarm-form.ts";
import { graphOfForm } from "./form-graph.ts";

const SPAN_MS = 3 * 3_600_000;

/** What the alarm will watch, over the last hours, with its threshold or its band. */
export function AlarmPreview({ form }: { readonly form: AlarmForm }) {
  const [nowMs] = useNow(60_000);
  const graph = useMemo(() => graphOfForm(form), [form]);
  const span = useMemo(() => ({ startMs: nowMs - SPAN_MS, endMs: nowMs }), [nowMs]);
  if (graph === undefined) return null;
  return (
    <Container header={<Header variant="h2">Graph</Header>}>
      <MetricGraph properties={graph} span={span} nowMs={nowMs} height={200} label="Metric and threshold" />
    </Container>
  );
}
