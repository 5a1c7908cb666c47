import { createRequire } from "node:module";
import type {
  AwsSmithyRpcV2CborProtocol as CborProtocol,
  AwsQueryProtocol as QueryProtocol,
} from "@aws-sdk/core/protocols";
import { readSnapshot } from "../model/load.ts";
import { clientSnapshot } from "../model/models.harness.ts";
import type { Protocol, ServiceModel } from "../model/shape.ts";
import { unconstrained } from "./unconstrained.ts";

const require = createRequire(import.meta.url);

/** What the fuzz speaks to: a service, a protocol, and how many of its operations one default run takes. */
export interface Target {
  readonly service: string;
  /** Where the client must be told to speak another protocol than its own. */
  readonly protocol?: "awsQuery" | "rpcv2Cbor";
  /** From the committed snapshot, of which every operation is tried, instead of one made on the spot. */
  readonly committed?: boolean;
  readonly sample?: number;
}

export const targets: readonly Target[] = [
  { service: "cloudwatch-logs", committed: true },
  { service: "sts", committed: true },
  { service: "cloudwatch", sample: 20 },
  { service: "cloudwatch", protocol: "awsQuery", sample: 20 },
  { service: "cloudwatch", protocol: "rpcv2Cbor", sample: 20 },
  { service: "sns", sample: 20 },
  { service: "sqs", sample: 12 },
  { service: "sqs", protocol: "awsQuery", sample: 12 },
  { service: "s3", sample: 40 },
  { service: "iam", sample: 25 },
  { service: "lambda", sample: 30 },
  { service: "ec2", sample: 30 },
];

export interface LoadedTarget {
  readonly sdk: Readonly<Record<string, unknown>>;
  readonly model: ServiceModel;
  readonly protocol?: { readonly name: Protocol; readonly client: unknown };
}

export function loadTarget(target: Target): LoadedTarget {
  const sdk: Readonly<Record<string, unknown>> = require(`@aws-sdk/client-${target.service}`);
  const snapshot = target.committed === true ? readSnapshot(target.service) : clientSnapshot(target.service);
  const model = unconstrained(snapshot);
  if (target.protocol === undefined) return { sdk, model };
  const protocols: {
    AwsQueryProtocol: typeof QueryProtocol;
    AwsSmithyRpcV2CborProtocol: typeof CborProtocol;
  } = require("@aws-sdk/core/protocols");
  return {
    sdk,
    model,
    protocol: {
      name: target.protocol,
      client: target.protocol === "awsQuery" ? protocols.AwsQueryProtocol : protocols.AwsSmithyRpcV2CborProtocol,
    },
  };
}
