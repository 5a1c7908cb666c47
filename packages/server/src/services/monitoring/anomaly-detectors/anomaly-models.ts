import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Log } from "../../../platform/log/log.ts";
import { type ResourceRef, type State, VersionConflict } from "../../../platform/state/state.ts";
import type { EvaluationDeps } from "../metrics/evaluate-queries.ts";
import { type BandTarget, finestPeriod, ownerOf, targetKey } from "./band-target.ts";
import {
  type AnomalyDetector,
  DETECTOR_KIND,
  detectorRef,
  MAX_PERIODS,
  MODEL_KIND,
  modelRef,
  type StoredModel,
  storedModels,
} from "./detector.ts";
import type { AnomalyModel } from "./model/anomaly-model.ts";
import { trainModel } from "./model/train.ts";
import { readTrainingData } from "./training-data.ts";

/** A model is learned anew so often, so that it follows the metric. */
export const RETRAIN_MS = 3_600_000;
/** Models are used until a new one is there, but not when training has failed for so long. */
const STALE_MS = 6 * RETRAIN_MS;
/** The period that a detector of a metric learns at first; those that are asked for come to it. */
const FIRST_PERIOD = 300;
/** Models in memory, some 20 KB each: for those beyond, the longest unused goes. */
const MAX_IN_MEMORY = 2_000;
const SCAN_PAGE = 100;

/** What is normal for metrics and expressions. */
export interface AnomalyModels {
  /**
   * The model of a target at a period in seconds: the detector's that was put for it, or one learned for the asking. The first one
   * who asks waits for it to be learned. Undefined where there is too little data.
   */
  model(target: BandTarget, period: number, signal?: AbortSignal): Promise<AnomalyModel | undefined>;
  /** Forgets what was learned for a target, because its detector was changed or is gone. */
  forget(target: BandTarget): void;
  /** Learns what has not been learned for an hour. One that fails is logged and does not keep the others. */
  retrain(signal: AbortSignal): Promise<void>;
}

export interface AnomalyModelNeeds {
  readonly state: State;
  readonly evaluation: EvaluationDeps;
  readonly clock: Clock;
  readonly log: Log;
}

export function openAnomalyModels(needs: AnomalyModelNeeds): AnomalyModels {
  return new Keeper(needs);
}

class Keeper implements AnomalyModels {
  readonly #needs: AnomalyModelNeeds;
  /** By target and period, the longest unused first. */
  readonly #known = new Map<string, StoredModel>();
  readonly #learning = new Map<string, Promise<StoredModel>>();
  /** One is learned at a time: it takes the processor for some tens of milliseconds. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(needs: AnomalyModelNeeds) {
    this.#needs = needs;
  }

  async model(target: BandTarget, period: number, signal?: AbortSignal): Promise<AnomalyModel | undefined> {
    const id = idOf(target, period);
    const known = this.#known.get(id) ?? this.#stored(target, period);
    const age = known === undefined ? Number.POSITIVE_INFINITY : this.#needs.clock.now() - known.trainedAt;
    // A detector's model is renewed by the job, any other when it is asked for.
    const limit = this.#detector(target) === undefined || known?.model === undefined ? RETRAIN_MS : STALE_MS;
    if (known !== undefined && age < limit) {
      this.#remember(id, known);
      return known.model;
    }
    const learned = await this.#learn(target, period);
    signal?.throwIfAborted();
    return learned.model;
  }

  forget(target: BandTarget): void {
    const prefix = idOf(target, undefined);
    for (const id of this.#known.keys()) if (id.startsWith(prefix)) this.#known.delete(id);
  }

  async retrain(signal: AbortSignal): Promise<void> {
    const { state, clock } = this.#needs;
    let after: ResourceRef | undefined;
    for (;;) {
      const page = state.scan<AnomalyDetector>(DETECTOR_KIND, after, SCAN_PAGE);
      for (const { ref, document } of page) {
        const models = storedModels(state, ref);
        const due = models.filter(({ stored }) => clock.now() - stored.document.trainedAt >= RETRAIN_MS);
        const periods = models.length === 0 ? [firstPeriod(document.target)] : due.map(({ period }) => period);
        for (const period of periods) {
          if (signal.aborted) return;
          await this.#learnOrLog(document.target, period);
        }
      }
      after = page.at(-1)?.ref;
      if (page.length < SCAN_PAGE) break;
    }
    await this.#removeOrphans(signal);
  }

  async #learnOrLog(target: BandTarget, period: number): Promise<void> {
    try {
      await this.#learn(target, period);
    } catch (error) {
      this.#needs.log("error", "an anomaly model could not be learned", { detector: targetKey(target), period, error });
    }
  }

  /** A detector deleted while its model was learned leaves one behind. */
  async #removeOrphans(signal: AbortSignal): Promise<void> {
    const { state } = this.#needs;
    let after: ResourceRef | undefined;
    while (!signal.aborted) {
      const page = state.scan<StoredModel>(MODEL_KIND, after, SCAN_PAGE);
      const orphans = page.filter(({ ref }) => {
        const [key = ""] = ref.key.split("/");
        return state.get({ ...ref, kind: DETECTOR_KIND, key }) === undefined;
      });
      if (orphans.length > 0) {
        await state.commit({
          cause: { action: "job:anomaly-training" },
          changes: orphans.map(({ ref }) => ({ remove: ref, expect: "any" as const })),
        });
      }
      after = page.at(-1)?.ref;
      if (page.length < SCAN_PAGE) break;
    }
  }

  #learn(target: BandTarget, period: number): Promise<StoredModel> {
    const id = idOf(target, period);
    const known = this.#learning.get(id);
    if (known !== undefined) return known;
    const learning = this.#turn.then(() => this.#learnNow(target, period));
    this.#turn = learning.catch(() => {});
    this.#learning.set(id, learning);
    return learning.finally(() => this.#learning.delete(id));
  }

  async #learnNow(target: BandTarget, period: number): Promise<StoredModel> {
    const { clock, evaluation } = this.#needs;
    const detector = this.#detector(target);
    const trainedAt = clock.now();
    const data = await readTrainingData(evaluation, target, period, trainedAt);
    // Others get a turn before and behind what keeps the processor busy.
    await setImmediate();
    const { excluded = [], zone = "UTC", periodicSpikes = false } = detector?.document ?? {};
    const model = trainModel(data, { excluded, zone, periodicSpikes, percent: data.percent });
    await setImmediate();
    const learned: StoredModel = { trainedAt, ...(model !== undefined && { model }) };
    // A detector that was put anew meanwhile learns by its own rules; this one's answer is not kept.
    if (detector?.version === this.#detector(target)?.version) {
      this.#remember(idOf(target, period), learned);
      if (detector !== undefined) await this.#store(detector.ref, period, learned);
    }
    return learned;
  }

  async #store(detector: ResourceRef, period: number, learned: StoredModel): Promise<void> {
    const { state } = this.#needs;
    const ref = modelRef(detector, period);
    const found = state.get(ref);
    if (found === undefined && storedModels(state, detector).length >= MAX_PERIODS) return;
    try {
      const changes = [{ put: ref, document: learned, expect: found?.version ?? ("absent" as const) }];
      await state.commit({ cause: { action: "job:anomaly-training" }, changes });
    } catch (error) {
      // Somebody else stored one just now, or deleted the detector: theirs stands.
      if (!(error instanceof VersionConflict)) throw error;
    }
  }

  #detector(target: BandTarget) {
    return this.#needs.state.get<AnomalyDetector>(detectorRef(target));
  }

  #stored(target: BandTarget, period: number): StoredModel | undefined {
    return this.#needs.state.get<StoredModel>(modelRef(detectorRef(target), period))?.document;
  }

  #remember(id: string, model: StoredModel): void {
    this.#known.delete(id);
    this.#known.set(id, model);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_IN_MEMORY && oldest !== undefined) this.#known.delete(oldest);
  }
}

function idOf(target: BandTarget, period: number | undefined): string {
  const { account, region } = ownerOf(target);
  return `${account}/${region}/${targetKey(target)}/${period ?? ""}`;
}

function firstPeriod(target: BandTarget): number {
  return (target.kind === "math" ? finestPeriod(target.entries) : undefined) ?? FIRST_PERIOD;
}
