import { type Chart, seriesColor, THEMES } from "@nephoscope/charts";
import { visibleText } from "../result-table/visible-text.ts";

const STATES = { ALARM: "In alarm", OK: "OK", INSUFFICIENT_DATA: "Insufficient data" } as const;

/** Which colour is which series; each can be taken out of the graph and back. */
export function Legend({
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
  if (chart.series.length + chart.bands.length + states.size === 0) return null;
  return (
    <ul className="line-chart-legend" aria-label="Legend">
      {chart.series.map((series, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: labels may repeat, and the order is the data's
        <li key={index}>
          <button type="button" aria-pressed={!hidden.has(series.label)} onClick={() => onToggle(series.label)}>
            <i style={{ background: series.color ?? seriesColor(index) }} />
            {visibleText(series.label)}
            {series.incomplete === true && " (incomplete)"}
          </button>
        </li>
      ))}
      {chart.bands.map(({ label, color }) => (
        <li key={label}>
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
                {STATES[state]}
              </span>
            </li>
          ),
      )}
    </ul>
  );
}
