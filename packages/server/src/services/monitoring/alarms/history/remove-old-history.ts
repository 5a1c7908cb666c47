import type { ResourceRef, State } from "../../../../platform/state/state.ts";
import { HISTORY_ORDER_KIND, type HistoryOrder, historyRef, historyTime } from "./history-item.ts";

/** CloudWatch keeps history for 30 days (user guide, "Using alarm actions"). */
export const HISTORY_MS = 30 * 86_400_000;

const AT_ONCE = 1_000;
const cause = { action: "job:alarm-history" };

/** Removes items older than 30 days. */
export async function removeOldHistory(
  { state, nowMs }: { state: State; nowMs: number },
  signal: AbortSignal,
): Promise<void> {
  const before = historyTime(nowMs - HISTORY_MS);
  let after: ResourceRef | undefined;
  while (!signal.aborted) {
    const page = state.scan<HistoryOrder>(HISTORY_ORDER_KIND, after, AT_ONCE);
    const last = page.at(-1);
    if (last === undefined) return;
    const old = page.filter(({ ref }) => ref.key < before);
    if (old.length > 0) {
      const changes = old.flatMap(({ ref, document }) => [
        { remove: ref, expect: "any" } as const,
        { remove: historyRef(ref, document.key), expect: "any" } as const,
      ]);
      await state.commit({ cause, changes });
    }
    // Within an account's region items lie in the order of their times: behind the first young one all are young.
    after = old.length === page.length ? last.ref : { ...last.ref, key: "\u{10FFFF}" };
  }
}
