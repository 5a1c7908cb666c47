import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Span } from "../time-range/time-range.ts";
import { moved, zoomed } from "./view-range.ts";

/** Moves the range of a graph by half of it, or makes it twice as long. */
export function RangeButtons({
  span,
  nowMs,
  onRange,
}: {
  readonly span: Span;
  readonly nowMs: number;
  readonly onRange: (span: Span) => void;
}) {
  const length = span.endMs - span.startMs;
  const take = ({ startMs, endMs }: Span) => onRange({ startMs: Math.round(startMs), endMs: Math.round(endMs) });
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      <Button
        variant="icon"
        iconName="angle-left"
        ariaLabel="Earlier"
        onClick={() => take(moved(span, -length / 2, nowMs))}
      />
      <Button
        variant="icon"
        iconName="zoom-out"
        ariaLabel="Zoom out"
        onClick={() => take(zoomed(span, span.endMs, 2))}
      />
      <Button
        variant="icon"
        iconName="angle-right"
        ariaLabel="Later"
        disabled={span.endMs >= nowMs}
        onClick={() => take(moved(span, length / 2, nowMs))}
      />
    </SpaceBetween>
  );
}
