import type { Scope } from "../../../platform/fleet/host.ts";
import type { ResourceRef } from "../../../platform/state/state.ts";
import { idOf } from "../ids.ts";
import { hostGroupId, networkOfScope } from "../network/seen.ts";
import type { Ec2Deps } from "../operation.ts";

/** A security group: declared, or what a host's packet filter accepts. A declared one filters nothing by itself: it says what should be. */
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  /** Reported by a host. */
  readonly seen: boolean;
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly id: string;
  readonly egress: boolean;
  /** `tcp`, `udp`, `icmp`, `icmpv6`, another protocol's number, or `-1` for all. */
  readonly protocol: string;
  /** -1 where the protocol has no ports, or all of them. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly source: RuleSource;
  readonly description: string;
}

export type RuleSource =
  | { readonly kind: "ipv4" | "ipv6"; readonly value: string }
  | { readonly kind: "group"; readonly value: string }
  | { readonly kind: "prefix-list"; readonly value: string };

export interface DeclaredGroup {
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly rules: readonly Rule[];
  readonly createdAt: number;
}

const KIND = "ec2.security-group";

export const groupRef = ({ account, region }: Scope, id: string): ResourceRef => ({
  kind: KIND,
  account,
  region,
  key: id,
});

export function groupsOf({ state, fleet }: Pick<Ec2Deps, "state" | "fleet">, scope: Scope): Group[] {
  const { account, region } = scope;
  const declared = state
    .list<DeclaredGroup>({ kind: KIND, account, region })
    .map(({ ref, document }) => ({ id: ref.key, seen: false, ...document }));
  const interfaces = new Map(
    networkOfScope({ state, fleet }, scope)
      .interfaces.filter(({ index }) => index === 0)
      .map((one) => [one.hostId, one]),
  );
  const seen = fleet.list(scope).flatMap((host): Group[] => {
    const first = interfaces.get(host.ref.key);
    if (first === undefined) return [];
    const id = hostGroupId(host.ref.key);
    const { accepts, acceptsWhole } = fleet.facts(host.ref, host.ref.key);
    const rules = accepts.map(
      ({ protocol, fromPort, toPort, cidr }): Rule => ({
        id: idOf("sgr", id, protocol, String(fromPort), String(toPort), cidr),
        egress: false,
        protocol,
        fromPort,
        toPort,
        source: { kind: cidr.includes(":") ? "ipv6" : "ipv4", value: cidr },
        description: "",
      }),
    );
    return [
      {
        id,
        name: `host-${host.ref.key}`,
        description: acceptsWhole
          ? `What the packet filter of ${host.ref.key} accepts`
          : `What the packet filter of ${host.ref.key} accepts; it has further rules that can not be shown here`,
        vpcId: first.vpcId,
        seen: true,
        rules,
      },
    ];
  });
  return [...declared, ...seen];
}

export const rulesOf = ({ rules }: Group): readonly Rule[] => rules;
