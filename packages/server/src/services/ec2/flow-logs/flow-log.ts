import type { Scope } from "../../../platform/fleet/host.ts";
import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { Interface } from "../network/seen.ts";

/** A flow log of one VPC, subnet or interface. */
export interface FlowLog {
  readonly resourceId: string;
  readonly traffic: "ALL" | "ACCEPT" | "REJECT";
  readonly destination:
    | { readonly kind: "cloud-watch-logs"; readonly group: string; readonly roleArn: string }
    | {
        readonly kind: "s3";
        readonly bucket: string;
        /** With a slash at its end, or empty. */
        readonly folder: string;
        readonly hive: boolean;
        readonly perHour: boolean;
      };
  readonly format: string;
  /** Seconds. */
  readonly interval: 60 | 600;
  readonly createdAt: number;
  /** A request with the same token is the same request. */
  readonly clientToken?: string;
  /** Why the last delivery failed, in AWS's words; absent when it did not. */
  readonly failure?: "Access error" | "Unknown error";
}

const KIND = "ec2.flow-log";

export const flowLogRef = ({ account, region }: Scope, id: string): ResourceRef => ({
  kind: KIND,
  account,
  region,
  key: id,
});

export const flowLogsOf = (state: State, { account, region }: Scope): Resource<FlowLog>[] =>
  state.list<FlowLog>({ kind: KIND, account, region });

/** A flow log on a VPC or a subnet covers every interface in it, now and later. */
export const covers = ({ document: { resourceId } }: Resource<FlowLog>, { id, subnetId, vpcId }: Interface): boolean =>
  resourceId === id || resourceId === subnetId || resourceId === vpcId;

export const destinationArn = ({ account, region }: Scope, { destination }: FlowLog): string =>
  destination.kind === "s3"
    ? `arn:aws:s3:::${destination.bucket}${destination.folder === "" ? "" : `/${destination.folder.slice(0, -1)}`}`
    : `arn:aws:logs:${region}:${account}:log-group:${destination.group}`;
