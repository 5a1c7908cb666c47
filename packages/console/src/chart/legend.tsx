import { type Chart, seriesColor, THEMES } from "@nephoscope/charts";
import { memo } from "react";
import { keyed } from "../react-keys/keyed.ts";
import { visibleText } from "../result-table/visible-text.ts";
import { STATE_NAMES } from "./chart-values.tsx";

/** Which colour is which series; each can be taken out of the graph and back. */
export const Legend = memo(function Legend({
  chart,
  hidden,
  onToggle,
}: {
  readonly chart: Chart;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (label: string) => void;
}) {
  const theme = THEMES[chart.theme];
  const states = new Set(chart.states?.map(({ state }) => state));
  const colored = chart.series.map((series, index) => ({ ...series, color: series.color ?? seriesColor(index) }));
  if (chart.series.length + chart.bands.length + states.size === 0) return null;
  return (
    <ul className="line-chart-legend" aria-label="Legend">
      {keyed(colored, ({ label }) => label).map(({ key, item: series }) => (
        <li key={key}>
          <button type="button" aria-pressed={!hidden.has(series.label)} onClick={() => onToggle(series.label)}>
            <i style={{ background: series.color }} />
            {visibleText(series.label)}
            {series.incomplete === true && " (incomplete)"}
          </button>
        </li>
      ))}
      {keyed(chart.bands, ({ label }) => label).map(({ key, item: { label, color } }) => (
        <li key={key}>
          <span>
            <i style={{ background: color ?? theme.band }} />
            {visibleText(label)}
          </span>
        </li>
      ))}
      {(["ALARM", "OK", "INSUFFICIENT_DATA"] as const).map(
        (state) =>
          states.has(state) && (
            <li key={state}>
              <span>
                <i style={{ background: theme.states[state] }} />
                {STATE_NAMES[state]}
              </span>
            </li>
          ),
      )}
    </ul>
  );
});
