import { createRequire } from "node:module";
import { extract } from "./extract/extract.ts";
import { modelFromSnapshot } from "./load.ts";
import type { Protocol, ServiceModel } from "./shape.ts";
import type { Snapshot, SnapshotShape } from "./snapshot.ts";

const require = createRequire(import.meta.url);

/** For tests: a service of AWS with all its operations, or those that are named, as the installed client has it; without constraints. */
export const clientSnapshot = (name: string, operations?: readonly string[]): Snapshot =>
  extract({
    name,
    sdk: require(`@aws-sdk/client-${name}`),
    sdkVersion: "",
    botocore: undefined,
    botocoreVersion: "",
    ...(operations && { operations }),
  }).snapshot;

export const clientModel = (name: string, operations?: readonly string[]): ServiceModel =>
  modelFromSnapshot(clientSnapshot(name, operations));

/** For tests: a service of one operation, `Op`, whose input is the first of the shapes. */
export function modelOfShapes(
  shapes: Readonly<Record<string, SnapshotShape>>,
  protocol: Protocol = "awsJson1_1",
): ServiceModel {
  const [input = ""] = Object.keys(shapes);
  return modelFromSnapshot({
    source: { client: "", botocore: "" },
    service: {
      name: "t",
      id: "T",
      signingName: "t",
      target: "T",
      version: "1",
      namespace: "n",
      protocols: [protocol],
      queryCompatible: false,
    },
    operations: { Op: { input, errors: [] } },
    unsupported: [],
    errors: [],
    shapes,
  });
}
