import type { ResourceRef } from "../../../platform/state/state.ts";
import type { Scope } from "../keys/key.ts";

/** A second name of a key. */
export interface KeyAlias {
  readonly keyId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const ALIAS_KIND = "kms.alias";

/** `name` begins with `alias/`. */
export const aliasRef = ({ account, region }: Scope, name: string): ResourceRef => ({
  kind: ALIAS_KIND,
  account,
  region,
  key: name,
});

export const aliasArn = ({ account, region }: Scope, name: string): string =>
  `arn:aws:kms:${region}:${account}:${name}`;
