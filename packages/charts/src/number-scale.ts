/** An axis of numbers: its ends, and the numbers that are written beside it. */
export interface NumberScale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
  /** From one tick to the next. */
  readonly step: number;
}

/** Steps that people count in. */
const STEPS = [1, 2, 2.5, 5, 10];

/**
 * An axis that shows all of `low` to `high`, with about `wanted` ticks at round numbers. An end that is `fixed` stays
 * where it is; the other is moved out to a round number. Without any extent it is made, around the one number or from 0.
 */
export function numberScale(
  low: number,
  high: number,
  wanted: number,
  fixed: { readonly min?: number | undefined; readonly max?: number | undefined } = {},
): NumberScale {
  const [from, to] = withExtent(
    fixed.min ?? Math.min(low, fixed.max ?? low),
    fixed.max ?? Math.max(high, fixed.min ?? high),
    fixed,
  );
  const step = niceStep((to - from) / Math.max(1, wanted));
  const min = fixed.min ?? Math.floor(from / step + FUZZ) * step;
  const max = fixed.max ?? Math.ceil(to / step - FUZZ) * step;
  const ticks: number[] = [];
  const first = Math.ceil(min / step - FUZZ);
  for (let index = 0; index <= MAX_TICKS; index++) {
    const tick = (first + index) * step;
    if (tick > max + step * FUZZ) break;
    ticks.push(clean(tick, step));
  }
  return { min, max, ticks, step };
}

/** A number that misses a step by less than this share of it is on the step: sums of tenths are not exact. */
const FUZZ = 1e-9;
const MAX_TICKS = 50;

function withExtent(
  from: number,
  to: number,
  fixed: { readonly min?: number | undefined; readonly max?: number | undefined },
): [number, number] {
  // Numbers that differ by less than their own precision are one number.
  if (to - from > Math.max(Math.abs(from), Math.abs(to)) * 1e-12) return [from, to];
  const room = Math.abs(to) > 0 ? Math.abs(to) / 2 : 1;
  if (fixed.min !== undefined) return [from, from + room];
  if (fixed.max !== undefined) return [to - room, to];
  if (from === 0) return [0, 1];
  return [from - room, to + room];
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const share = rough / power;
  return (STEPS.find((step) => share <= step * (1 + FUZZ)) ?? 10) * power;
}

/** Without the noise of binary fractions: 0.30000000000000004 is 0.3. */
function clean(tick: number, step: number): number {
  const digits = Math.max(0, Math.min(100, 2 - Math.floor(Math.log10(step))));
  return Number(tick.toFixed(digits)) + 0;
}
