import type { LogGroup } from "../../logs/groups/group-calls.ts";

/** The groups that keep their events equally long. */
export interface RetentionSum {
  /** Undefined: for ever. */
  readonly days: number | undefined;
  readonly groups: number;
  readonly bytes: number;
}

type Sized = Pick<LogGroup, "retentionInDays" | "storedBytes">;

/** Groups by how long they keep their events; those that never expire first, then the longest. */
export function retentionSums(groups: readonly Sized[]): readonly RetentionSum[] {
  const byDays = Map.groupBy(groups, ({ retentionInDays }) => retentionInDays);
  return [...byDays]
    .map(([days, of]) => ({ days, groups: of.length, bytes: bytesOf(of) }))
    .sort((a, b) => (b.days ?? Number.POSITIVE_INFINITY) - (a.days ?? Number.POSITIVE_INFINITY));
}

export const bytesOf = (groups: readonly Sized[]): number =>
  groups.reduce((sum, { storedBytes = 0 }) => sum + storedBytes, 0);

/** `12.3 %`; `< 0.1 %` for what is something and rounds to nothing. */
export function shareText(part: number, whole: number): string {
  if (part === 0 || whole === 0) return "0 %";
  const percent = (100 * part) / whole;
  return percent < 0.1 ? "< 0.1 %" : `${Number(percent.toPrecision(3))} %`;
}
