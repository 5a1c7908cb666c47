import { againOnConflict, causeOf } from "../commit.ts";
import type { MonitoringOperation } from "../operation.ts";
import { type AnomalyDetector, DETECTOR_KIND, detectorRef, storedModels } from "./detector.ts";
import { readConfiguration, readDetectorTarget } from "./read-detector.ts";

/** Detectors of an account in a Region. Each is learned anew every hour, which takes some tens of milliseconds. */
const MAX_DETECTORS = 1_000;

/** Makes a detector, or changes that of the same metric or expression; either way it learns anew. */
export const putAnomalyDetector: MonitoringOperation<"PutAnomalyDetector"> = async (input, call, deps) => {
  const { state, anomalies } = deps;
  const periodicSpikes = input.MetricCharacteristics?.PeriodicSpikes;
  const detector: AnomalyDetector = {
    ...readDetectorTarget(input, call),
    ...readConfiguration(input.Configuration, call),
    ...(periodicSpikes !== undefined && { periodicSpikes }),
  };
  const ref = detectorRef(detector.target);
  await againOnConflict(call, async () => {
    const found = state.get(ref);
    if (found === undefined) {
      const { account, region } = ref;
      const others = state.list({ kind: DETECTOR_KIND, account, region, limit: MAX_DETECTORS });
      if (others.length === MAX_DETECTORS) {
        throw call.error(
          "LimitExceededException",
          `There can be ${MAX_DETECTORS} anomaly detectors in an account's Region. Delete those that are not needed.`,
        );
      }
    }
    // What was learned by other rules is not used any more.
    const models = storedModels(state, ref).map(({ stored }) => ({ remove: stored.ref, expect: "any" as const }));
    await state.commit({
      cause: causeOf(call),
      changes: [{ put: ref, document: detector, expect: found?.version ?? "absent" }, ...models],
    });
  });
  anomalies.models.forget(detector.target);
  anomalies.trainSoon();
  return {};
};
