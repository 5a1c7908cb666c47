import ipaddr from "ipaddr.js";
import type { HostResource, Scope } from "../../../platform/fleet/host.ts";
import type { HostInterface } from "../../../platform/fleet/host-facts.ts";
import { idOf } from "../ids.ts";
import type { Ec2Deps } from "../operation.ts";
import { contains, networkOf } from "./cidr.ts";
import {
  type DeclaredInterface,
  type DeclaredSubnet,
  declaredInterfaces,
  declaredSubnets,
  declaredVpcs,
} from "./declared.ts";

/**
 * The network as EC2's calls show it: what was declared, and what hosts report. An interface of a host stands in the declared subnet that
 * holds its address, else in a subnet seen by its address and prefix, all of which form one VPC, the default one. A declared interface whose
 * address one host of its subnet has, and no other host, is that host's.
 */
export interface Network {
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly Subnet[];
  readonly interfaces: readonly Interface[];
}

export interface Vpc {
  readonly id: string;
  /** The first is the main one. */
  readonly cidrs: readonly string[];
  readonly seen: boolean;
}

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly zone: string;
  readonly seen: boolean;
}

export interface Interface {
  readonly id: string;
  readonly subnetId: string;
  readonly vpcId: string;
  /** The host that has it; undefined for one that was declared and that no host has. */
  readonly hostId: string | undefined;
  /** Its name on the host. */
  readonly name: string;
  readonly description: string;
  readonly mac: string;
  readonly up: boolean;
  readonly addresses: readonly string[];
  readonly addresses6: readonly string[];
  readonly groups: readonly string[];
  /** The last one counts 0. */
  readonly index: number;
  readonly zone: string;
}

export const zoneOf = ({ region }: Scope): string => `${region}a`;
/** AWS's form of a zone's id: `use1-az1` for us-east-1a. */
export const zoneIdOf = (zone: string): string => {
  const [area = "", side = "", number = ""] = zone.replace(/[a-z]$/, "").split("-");
  return `${area}${side[0] ?? ""}${number}-az${zone.charCodeAt(zone.length - 1) - 96}`;
};
export const seenVpcId = ({ account, region }: Scope): string => idOf("vpc", account, region);
export const hostGroupId = (hostId: string): string => idOf("sg", hostId);
export const natGatewayId = (hostId: string): string => idOf("nat", hostId);

type Deps = Pick<Ec2Deps, "state" | "fleet">;

export function networkOfScope(deps: Deps, scope: Scope): Network {
  const declared = declarations(deps, scope);
  const hosts = deps.fleet.list(scope);
  const found = hosts.map((host) => interfacesOf(deps, host, declared));
  const interfaces = found.flatMap(({ interfaces: some }) => some);
  const seenSubnets = new Map(found.flatMap(({ subnets }) => subnets).map((subnet) => [subnet.id, subnet]));
  const taken = new Set(interfaces.map(({ id }) => id));
  const unused = declared.interfaces
    .filter(({ ref }) => !taken.has(ref.key))
    .map(({ ref, document }) => unusedInterface(ref.key, document, scope));
  const vpcs: Vpc[] = declaredVpcs(deps.state, scope).map(({ ref, document }) => ({
    id: ref.key,
    cidrs: [document.cidr],
    seen: false,
  }));
  if (seenSubnets.size > 0) {
    const cidrs = [...seenSubnets.values()].map(({ cidr }) => cidr).sort();
    vpcs.push({ id: seenVpcId(scope), cidrs, seen: true });
  }
  return {
    vpcs,
    subnets: [
      ...declared.subnets.map(({ ref, document }) => ({ id: ref.key, ...pick(document), seen: false })),
      ...seenSubnets.values(),
    ],
    interfaces: [...interfaces, ...unused],
  };
}

const pick = ({ vpcId, cidr, zone }: DeclaredSubnet) => ({ vpcId, cidr, zone });

/** A host's interfaces, for what asks about one host often. */
export const interfacesOfHost = (deps: Deps, host: HostResource): readonly Interface[] =>
  interfacesOf(deps, host, declarations(deps, host.ref)).interfaces;

const declarations = ({ state }: Deps, scope: Scope) => ({
  subnets: declaredSubnets(state, scope),
  interfaces: declaredInterfaces(state, scope),
});

function interfacesOf(
  { fleet }: Deps,
  { ref }: HostResource,
  declared: ReturnType<typeof declarations>,
): { interfaces: Interface[]; subnets: Subnet[] } {
  const subnets: Subnet[] = [];
  const interfaces = fleet
    .facts(ref, ref.key)
    .interfaces.filter(isShown)
    .map((one, index): Interface => {
      const addresses = one.addresses.filter(isGlobal);
      const four = addresses.filter(({ address }) => !address.includes(":"));
      const main = four[0] ?? addresses[0];
      const mine = declared.subnets
        .filter(({ document }) => main !== undefined && contains(document.cidr, main.address))
        .sort((a, b) => Number(b.document.cidr.split("/")[1]) - Number(a.document.cidr.split("/")[1]))[0];
      const cidr = main === undefined ? "0.0.0.0/0" : (networkOf(main.address, main.prefix)?.text ?? "0.0.0.0/0");
      const subnet: Subnet =
        mine === undefined
          ? {
              id: idOf("subnet", ref.account, ref.region, cidr),
              vpcId: seenVpcId(ref),
              cidr,
              zone: zoneOf(ref),
              seen: true,
            }
          : { id: mine.ref.key, ...pick(mine.document), seen: false };
      if (mine === undefined) subnets.push(subnet);
      const own = declared.interfaces.find(
        ({ document }) =>
          document.subnetId === subnet.id &&
          four.some(({ address }) => address === document.address) &&
          isAlone(fleet, ref, document.address),
      );
      return {
        id: own?.ref.key ?? idOf("eni", ref.key, one.name),
        subnetId: subnet.id,
        vpcId: subnet.vpcId,
        hostId: ref.key,
        name: one.name,
        description: own?.document.description || `${one.name} of ${ref.key}`,
        mac: one.mac,
        up: one.up,
        addresses: four.map(({ address }) => address),
        addresses6: addresses.filter(({ address }) => address.includes(":")).map(({ address }) => address),
        groups: [hostGroupId(ref.key), ...(own?.document.groups ?? [])],
        index,
        zone: subnet.zone,
      };
    });
  return { interfaces, subnets };
}

/** Whether no other host says that it has the address. Hosts say what they like; where two say the same, a declared interface is neither's. */
const isAlone = (fleet: Deps["fleet"], { account, region, key }: HostResource["ref"], address: string): boolean =>
  !fleet
    .list({ account, region })
    .some(
      (other) =>
        other.ref.key !== key &&
        fleet
          .facts(other.ref, other.ref.key)
          .interfaces.some(({ addresses }) => addresses.some((one) => one.address === address)),
    );

/** The loopback, and interfaces without an address that others can reach, are not the network's. */
const isShown = (one: HostInterface): boolean => one.name !== "lo" && one.addresses.some(isGlobal);
const isGlobal = ({ address }: { address: string }): boolean => {
  const range = ipaddr.isValid(address) ? ipaddr.parse(address).range() : "loopback";
  return range !== "loopback" && range !== "linkLocal" && range !== "unspecified";
};

const unusedInterface = (id: string, document: DeclaredInterface, scope: Scope): Interface => ({
  id,
  subnetId: document.subnetId,
  vpcId: document.vpcId,
  hostId: undefined,
  name: "",
  description: document.description,
  mac: `02:${id.slice(-10).replace(/..(?!$)/g, "$&:")}`,
  up: false,
  addresses: [document.address],
  addresses6: [],
  groups: document.groups,
  index: 0,
  zone: zoneOf(scope),
});
