import { modelFromSnapshot } from "../model/load.ts";
import type { ServiceModel } from "../model/shape.ts";
import type { Snapshot, SnapshotShape } from "../model/snapshot.ts";

/** A snapshot's model without lengths, ranges, patterns and enumerations, so that random values are good input. */
export function unconstrained(snapshot: Snapshot): ServiceModel {
  const shapes: Record<string, SnapshotShape> = {};
  for (const [name, shape] of Object.entries(snapshot.shapes)) {
    const free: Record<string, unknown> = { ...shape };
    for (const constraint of ["min", "max", "pattern", "enum"]) delete free[constraint];
    shapes[name] = free as SnapshotShape;
  }
  return modelFromSnapshot({ ...snapshot, shapes });
}
