/**
 * Hosts of the fleet: machines that run the agent and proved it at their registration. Services see them through this folder and
 * know nothing of each other.
 */
import type { Resource, ResourceRef } from "../state/state.ts";

/** A host as it is kept. What changes with every heartbeat is in `Presence`, what it is made of in `HostFacts`. */
export interface Host {
  readonly activationId: string;
  readonly iamRole: string;
  /** The host's X25519 public key, 32 bytes in base64: made on the host, whose private part never leaves it. */
  readonly publicKey: string;
  /** What the machine called itself when it registered. */
  readonly registeredName: string;
  /** The name that the activation gives to hosts; empty where it gives none. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly registeredAt: number;
  /** EC2's detailed monitoring: metrics by the minute instead of every five. */
  readonly detailedMonitoring: boolean;
}

/** What a heartbeat says. */
export interface Presence {
  /** Milliseconds since the epoch. */
  readonly lastPingAt: number;
  readonly agentVersion: string;
  /** The address that the heartbeat came from. */
  readonly sourceIp: string;
  /** Whether the owner of the machine lets AWS-RunShellScript run there. */
  readonly shellScripts: boolean;
}

export type HostResource = Resource<Host>;

export interface Scope {
  readonly account: string;
  readonly region: string;
}

export const HOST_KIND = "fleet.host";

/** AWS's forms of ids: `mi-` for managed instances, `i-` for instances; 17 hexadecimal digits. */
export const HOST_ID = /^m?i-[0-9a-f]{17}$/;

export const hostRef = ({ account, region }: Scope, id: string): ResourceRef => ({
  kind: HOST_KIND,
  account,
  region,
  key: id,
});

export const hostArn = ({ account, region }: Scope, id: string): string =>
  id.startsWith("mi-")
    ? `arn:aws:ssm:${region}:${account}:managed-instance/${id}`
    : `arn:aws:ec2:${region}:${account}:instance/${id}`;
