import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";

/**
 * A vault is one encrypted table of the engine, for the events of the groups that name one KMS key. Its data key is kept in no other form than
 * encrypted under that key, once for each of the groups, bound to the group's ARN: so a group is open exactly as long as the
 * key may be used for it.
 */
export interface Vault {
  readonly keyArn: string;
}

/** The data key of a vault as one group has it. */
export interface VaultCopy extends Scope {
  readonly groupArn: string;
  /** What `Keys.encrypt` gave, in base64. */
  readonly dataKey: string;
}

const VAULT_KIND = "logs.vault";
const COPY_KIND = "logs.vault-copy";

export function vaultRef(vault: number): ResourceRef {
  return { kind: VAULT_KIND, account: "", region: "", key: String(vault) };
}

export function vaultCopyRef(vault: number, groupId: number): ResourceRef {
  return { kind: COPY_KIND, account: "", region: String(vault), key: String(groupId) };
}

/** All vaults. They are few: at most one for each change of a group's key. */
export function listVaults(state: State): (Vault & { readonly number: number })[] {
  return state
    .list<Vault>({ kind: VAULT_KIND, account: "", region: "" })
    .map(({ ref, document }) => ({ ...document, number: Number(ref.key) }));
}

/** Which groups have events in a vault, or may get some. */
export function listCopies(state: State, vault: number): Resource<VaultCopy>[] {
  return state.list<VaultCopy>({ kind: COPY_KIND, account: "", region: String(vault) });
}

export function findCopy(state: State, vault: number, groupId: number): VaultCopy | undefined {
  return state.get<VaultCopy>(vaultCopyRef(vault, groupId))?.document;
}

/** The table of a vault, within the engine's database of encrypted tables. */
export const tableOfVault = (vault: number): string => `events_${vault}`;
