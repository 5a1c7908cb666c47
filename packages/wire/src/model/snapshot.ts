import type { ErrorTraits, Protocol, SimpleKind, Traits, XmlNamespace } from "./shape.ts";

/**
 * The format of the committed snapshots: the closure of the shapes that a service's implemented operations reach, by
 * name, with AWS's constraints. Written by `extract.ts`, read by `load.ts`.
 */
export interface Snapshot {
  /** What the snapshot was made from, for whoever compares two of them. */
  readonly source: { readonly client: string; readonly botocore: string };
  readonly service: {
    readonly name: string;
    readonly id: string;
    readonly signingName: string;
    readonly target: string;
    readonly version: string;
    readonly namespace: string;
    readonly xmlNamespace?: string;
    readonly protocols: readonly Protocol[];
    readonly queryCompatible: boolean;
  };
  readonly operations: Readonly<Record<string, SnapshotOperation>>;
  /** Names of the service's other operations. */
  readonly unsupported: readonly string[];
  readonly errors: readonly string[];
  readonly shapes: Readonly<Record<string, SnapshotShape>>;
}

export interface SnapshotOperation {
  readonly input?: string;
  readonly output?: string;
  readonly errors: readonly string[];
  readonly http?: { readonly method: string; readonly uri: string; readonly status: number };
}

export type SnapshotShape =
  | {
      readonly kind: "structure";
      readonly union?: boolean;
      readonly xmlName?: string;
      readonly xmlNamespace?: XmlNamespace;
      readonly error?: ErrorTraits;
      readonly members: Readonly<Record<string, SnapshotMember>>;
    }
  | {
      readonly kind: "list";
      readonly member: SnapshotMember;
      readonly min?: number;
      readonly max?: number;
      readonly sparse?: boolean;
    }
  | {
      readonly kind: "map";
      readonly key: SnapshotMember;
      readonly value: SnapshotMember;
      readonly min?: number;
      readonly max?: number;
      readonly sparse?: boolean;
    }
  | {
      readonly kind: SimpleKind;
      readonly min?: number;
      readonly max?: number;
      readonly pattern?: string;
      readonly enum?: readonly string[];
    };

export interface SnapshotMember extends Traits {
  readonly shape: string;
  readonly required?: boolean;
}
