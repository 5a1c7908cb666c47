import { numberText, timeText } from "../time/format.ts";
import { useZone } from "../time/zone.ts";
import "./bars.css";

/** A row of small bars over time; each tells its value on hovering, and all of it is told to who cannot see. */
export function Bars({
  label,
  points,
}: {
  readonly label: string;
  readonly points: readonly { readonly ms: number; readonly value: number }[];
}) {
  const zone = useZone();
  const most = points.reduce((highest, { value }) => Math.max(highest, value), 0);
  const width = 100 / Math.max(1, points.length);
  return (
    <svg className="bars" viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label={label}>
      {points.map(({ ms, value }, index) => {
        const height = most === 0 ? 0 : (value / most) * 38;
        return (
          <rect
            key={ms}
            x={index * width}
            y={40 - Math.max(height, 0.6)}
            width={width * 0.8}
            height={Math.max(height, 0.6)}
          >
            <title>{`${timeText(ms, zone)}: ${numberText(value)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
