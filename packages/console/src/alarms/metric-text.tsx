import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import type { Metric } from "../metrics/graph-state.ts";
import { LogText } from "../result-table/log-text.tsx";
import { visibleText } from "../result-table/visible-text.ts";

/** What a metric is called. */
export function MetricText({ metric }: { readonly metric: Metric }) {
  return (
    <KeyValuePairs
      columns={2}
      items={[
        { label: "Namespace", value: <LogText text={metric.namespace} /> },
        { label: "Metric name", value: <LogText text={metric.name} /> },
        ...metric.dimensions.map(([label, value]) => ({ label: visibleText(label), value: <LogText text={value} /> })),
      ]}
    />
  );
}
