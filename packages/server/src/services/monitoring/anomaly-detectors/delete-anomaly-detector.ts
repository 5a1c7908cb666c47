import { againOnConflict, causeOf } from "../commit.ts";
import type { MonitoringOperation } from "../operation.ts";
import { detectorRef, storedModels } from "./detector.ts";
import { readDetectorTarget } from "./read-detector.ts";

export const deleteAnomalyDetector: MonitoringOperation<"DeleteAnomalyDetector"> = async (input, call, deps) => {
  const { state, anomalies } = deps;
  const { target } = readDetectorTarget(input, call);
  const ref = detectorRef(target);
  await againOnConflict(call, async () => {
    const found = state.get(ref);
    if (found === undefined) {
      throw call.error("ResourceNotFoundException", "There is no anomaly detector for this metric or expression.");
    }
    const models = storedModels(state, ref).map(({ stored }) => ({ remove: stored.ref, expect: "any" as const }));
    await state.commit({ cause: causeOf(call), changes: [{ remove: ref, expect: found.version }, ...models] });
  });
  anomalies.models.forget(target);
  return {};
};
