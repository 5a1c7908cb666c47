import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { MonitoringInput } from "../operation.ts";
import { type BandTarget, ownerOf, targetKey } from "./band-target.ts";
import type { AnomalyModel } from "./model/anomaly-model.ts";

type PutInput = MonitoringInput<"PutAnomalyDetector">;

/** What is stored of a detector. */
export interface AnomalyDetector {
  readonly target: BandTarget;
  /** As it was put; one of the two. */
  readonly single?: {
    readonly namespace: string;
    readonly metric: string;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly stat: string;
  };
  readonly queries?: NonNullable<PutInput["MetricMathAnomalyDetector"]>["MetricDataQueries"];
  /** Milliseconds since 1970; the end is exclusive. */
  readonly excluded: readonly { readonly startMs: number; readonly endMs: number }[];
  readonly zone?: string;
  readonly periodicSpikes?: boolean;
}

/** What a detector has learned at one period. */
export interface StoredModel {
  /** Milliseconds since 1970. */
  readonly trainedAt: number;
  /** Absent where there was too little data. */
  readonly model?: AnomalyModel;
}

export const DETECTOR_KIND = "monitoring.anomaly-detector";
export const MODEL_KIND = "monitoring.anomaly-model";
/** Models of a detector: alarms and graphs at so many different periods find theirs at once; the others' are learned anew. */
export const MAX_PERIODS = 8;

export function detectorRef(target: BandTarget): ResourceRef {
  return { kind: DETECTOR_KIND, ...ownerOf(target), key: targetKey(target) };
}

export function modelRef(detector: ResourceRef, period: number): ResourceRef {
  return { ...detector, kind: MODEL_KIND, key: `${detector.key}/${period}` };
}

/** The models of a detector, with their periods in seconds. */
export function storedModels(
  state: State,
  detector: ResourceRef,
): readonly { readonly period: number; readonly stored: Resource<StoredModel> }[] {
  const { account, region, key } = detector;
  return state
    .list<StoredModel>({ kind: MODEL_KIND, account, region, prefix: `${key}/` })
    .map((stored) => ({ period: Number(stored.ref.key.slice(key.length + 1)), stored }));
}
