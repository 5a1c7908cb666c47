import { hostname, networkInterfaces } from "node:os";
import { openInstanceMetadata } from "../aws/metadata-service.ts";

/** Who this host is, for names of streams and dimensions of metrics. */
export interface HostIdentity {
  /** `i-…`, `mi-…`; undefined on a host that is neither. */
  readonly instanceId: string | undefined;
  readonly hostname: string;
  /** Without the domain. */
  readonly localHostname: string;
  readonly ipAddress: string;
  readonly imageId: string | undefined;
  readonly instanceType: string | undefined;
  readonly autoScalingGroup: string | undefined;
  readonly region: string | undefined;
}

export type Mode = "ec2" | "onPremise" | "auto";

export interface IdentitySources {
  /** `onPremise` hosts do not ask for instance metadata. */
  readonly mode: Mode;
  /** The id that a registration gave, or the settings. */
  readonly instanceId: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export async function findHostIdentity({ mode, instanceId, env }: IdentitySources): Promise<HostIdentity> {
  const name = hostname();
  // A host with an id of its own is known by it; nobody else needs to be asked.
  const metadata = mode === "onPremise" || instanceId !== undefined ? undefined : openInstanceMetadata(env);
  const asked = metadata === undefined ? undefined : await metadata.get("meta-data/instance-id");
  const get = async (path: string) => (asked === undefined ? undefined : (await metadata?.get(path))?.trim());
  return {
    instanceId: instanceId ?? asked?.trim(),
    hostname: name,
    localHostname: name.split(".")[0] ?? name,
    ipAddress: (await get("meta-data/local-ipv4")) ?? firstAddress(),
    imageId: await get("meta-data/ami-id"),
    instanceType: await get("meta-data/instance-type"),
    autoScalingGroup: await get("meta-data/tags/instance/aws:autoscaling:groupName"),
    region: await get("meta-data/placement/region"),
  };
}

function firstAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const outside = addresses.filter(({ internal }) => !internal);
  return (outside.find(({ family }) => family === "IPv4") ?? outside[0] ?? addresses[0])?.address ?? "127.0.0.1";
}

/** Replaces `{instance_id}`, `{hostname}`, `{local_hostname}`, `{ip_address}` and `{date}`. A host without an id uses its name. */
export function fillPlaceholders(text: string, host: HostIdentity, now: number): string {
  const values: Readonly<Record<string, string>> = {
    instance_id: host.instanceId ?? host.hostname,
    hostname: host.hostname,
    local_hostname: host.localHostname,
    ip_address: host.ipAddress,
    date: new Date(now).toISOString().slice(0, 10),
  };
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Replaces `${aws:InstanceId}` and the like; undefined when the host has no such thing. */
export function fillDimension(text: string, host: HostIdentity): string | undefined {
  const match = /^\$\{aws:(\w+)\}$/.exec(text);
  if (match === null) return text;
  switch (match[1]) {
    case "InstanceId":
      return host.instanceId ?? host.hostname;
    case "ImageId":
      return host.imageId;
    case "InstanceType":
      return host.instanceType;
    case "AutoScalingGroupName":
      return host.autoScalingGroup;
    default:
      return undefined;
  }
}
