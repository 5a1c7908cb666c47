import type { State } from "../state/state.ts";

/** Which table holds what: the places up to which the roll-ups have come. Times in seconds since 1970. */
export interface Horizons {
  /** Values received before are in metric_minutes. */
  readonly rolledReceived: number;
  /** Minutes of times before are in metric_five_minutes. */
  readonly rolledMinutes: number;
  /** Five minutes of times before are in metric_hours. */
  readonly rolledFiveMinutes: number;
  /** A roll-up that is not finished: its rows don't count. */
  readonly openBatch: number | undefined;
}

const CURSORS = {
  rolledReceived: "metrics-rolled-received",
  rolledMinutes: "metrics-rolled-minutes",
  rolledFiveMinutes: "metrics-rolled-five-minutes",
} as const;
const OPEN_BATCH = "metrics-open-batch";

export type Horizon = keyof typeof CURSORS;

export function horizonsOf(state: State): Horizons {
  const at = (horizon: Horizon) => Number(state.cursor(CURSORS[horizon]) ?? 0);
  return {
    rolledReceived: at("rolledReceived"),
    rolledMinutes: at("rolledMinutes"),
    rolledFiveMinutes: at("rolledFiveMinutes"),
    openBatch: Number(state.cursor(OPEN_BATCH) ?? 0) || undefined,
  };
}

const CAUSE = { action: "job:metrics-roll-up" };

/** Opens a batch: from now on its rows are left out of every read. Resolves when that is durable. */
export async function openBatch(state: State): Promise<number> {
  const batch = state.allocate("metric-batch");
  await state.commit({ cause: CAUSE, cursors: { [OPEN_BATCH]: String(batch) } });
  return batch;
}

/** Makes the open batch's rows count and moves its horizon, both at once. */
export async function closeBatch(state: State, horizon: Horizon, seconds: number): Promise<void> {
  await state.commit({ cause: CAUSE, cursors: { [OPEN_BATCH]: "0", [CURSORS[horizon]]: String(seconds) } });
}

/** Forgets the open batch, when none of its rows is left. */
export async function abandonBatch(state: State): Promise<void> {
  await state.commit({ cause: CAUSE, cursors: { [OPEN_BATCH]: "0" } });
}
