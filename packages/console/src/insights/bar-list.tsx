import {
  colorChartsPaletteCategorical1,
  colorChartsPaletteCategorical2,
  colorChartsPaletteCategorical3,
  colorChartsPaletteCategorical4,
  colorChartsPaletteCategorical5,
  colorTextBodySecondary,
} from "@cloudscape-design/design-tokens";
import { fullNumber } from "@nephoscope/charts";
import type { CSSProperties } from "react";
import { keyed } from "../react-keys/keyed.ts";
import { LogText } from "../result-table/log-text.tsx";
import type { BarData } from "./visualization.ts";
import "./bar-list.css";

const COLORS = [
  colorChartsPaletteCategorical1,
  colorChartsPaletteCategorical2,
  colorChartsPaletteCategorical3,
  colorChartsPaletteCategorical4,
  colorChartsPaletteCategorical5,
];

/** Bars beside their labels, one of each series below the other: a table, so that it reads as one too. */
export function BarList({ bars, label }: { readonly bars: BarData; readonly label: string }) {
  const values = bars.series.flatMap((series) => series.values).filter((value) => value !== undefined);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const size = high - low || 1;
  return (
    <table className="bar-list" aria-label={label} style={{ "--bar-quiet": colorTextBodySecondary } as CSSProperties}>
      <thead>
        <tr>
          <th scope="col">
            <span className="bar-list-hidden">Group</span>
          </th>
          <th scope="col">
            {bars.series.map((series, index) => (
              <span key={series.label} className="bar-list-name">
                <span className="bar-list-color" style={{ background: COLORS[index % COLORS.length] }} />
                <LogText text={series.label} />
              </span>
            ))}
          </th>
        </tr>
      </thead>
      <tbody>
        {keyed(bars.labels, (name) => name).map(({ key, item: name }, row) => (
          <tr key={key}>
            <th scope="row" title={name}>
              <LogText text={name} />
            </th>
            <td>
              {bars.series.map((series, index) => {
                const value = series.values[row];
                return (
                  <div key={series.label} className="bar-list-line">
                    {value !== undefined && (
                      <>
                        <span
                          className="bar-list-bar"
                          style={{
                            marginLeft: `${(100 * (Math.min(0, value) - low)) / size}%`,
                            width: `max(1px, ${(100 * Math.abs(value)) / size}%)`,
                            background: COLORS[index % COLORS.length],
                          }}
                        />
                        <span className="bar-list-value">{fullNumber(value)}</span>
                      </>
                    )}
                  </div>
                );
              })}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
