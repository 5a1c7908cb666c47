import type { Jobs } from "../../../platform/jobs/jobs.ts";
import { type AnomalyModelNeeds, type AnomalyModels, openAnomalyModels } from "./anomaly-models.ts";

/** How often it is looked whether a model is due; each is learned once an hour. */
const LOOK_MS = 300_000;
/** Right after a start there is more urgent work. */
const FIRST_LOOK_MS = 30_000;

/** What operations, graphs and alarms need of anomaly detection. */
export interface AnomalyDetection {
  readonly models: AnomalyModels;
  /** Has detectors that were just put learned in a moment. */
  trainSoon(): void;
}

/** Anomaly detection with its background job. */
export function startAnomalyDetectors(needs: AnomalyModelNeeds & { readonly jobs: Jobs }): AnomalyDetection {
  const models = openAnomalyModels(needs);
  const look = needs.jobs.every("anomaly-training", LOOK_MS, (signal) => models.retrain(signal), FIRST_LOOK_MS);
  return { models, trainSoon: () => setImmediate(() => void look()) };
}
