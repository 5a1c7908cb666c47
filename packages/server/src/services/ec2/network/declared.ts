import type { Scope } from "../../../platform/fleet/host.ts";
import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";

/** What was declared through the API. The fleet's own is seen, not kept: see `seen.ts`. */
export interface DeclaredVpc {
  readonly cidr: string;
  readonly createdAt: number;
}

export interface DeclaredSubnet {
  readonly vpcId: string;
  readonly cidr: string;
  readonly zone: string;
  readonly createdAt: number;
}

export interface DeclaredInterface {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly address: string;
  readonly groups: readonly string[];
  readonly description: string;
  readonly createdAt: number;
}

const kinds = { vpc: "ec2.vpc", subnet: "ec2.subnet", eni: "ec2.network-interface" } as const;

const refOf = (kind: string, { account, region }: Scope, key: string): ResourceRef => ({ kind, account, region, key });
export const vpcRef = (scope: Scope, id: string) => refOf(kinds.vpc, scope, id);
export const subnetRef = (scope: Scope, id: string) => refOf(kinds.subnet, scope, id);
export const interfaceRef = (scope: Scope, id: string) => refOf(kinds.eni, scope, id);

const listOf = <T>(state: State, kind: string, { account, region }: Scope): Resource<T>[] =>
  state.list<T>({ kind, account, region });
export const declaredVpcs = (state: State, scope: Scope) => listOf<DeclaredVpc>(state, kinds.vpc, scope);
export const declaredSubnets = (state: State, scope: Scope) => listOf<DeclaredSubnet>(state, kinds.subnet, scope);
export const declaredInterfaces = (state: State, scope: Scope) => listOf<DeclaredInterface>(state, kinds.eni, scope);
