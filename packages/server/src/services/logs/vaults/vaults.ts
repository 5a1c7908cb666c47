import { randomBytes } from "node:crypto";
import {
  closeSealedTable,
  dropSealedTable,
  type Engine,
  openSealedTable,
  SEALED_KEY_BYTES,
  sealedTableName,
} from "@nephoscope/engine";
import type { Clock } from "../../../platform/clock/clock.ts";
import { KeyRefused, type Keys } from "../../../platform/keys/keys.ts";
import type { Log } from "../../../platform/log/log.ts";
import type { Change, State } from "../../../platform/state/state.ts";
import { deletedGroupRef } from "../events/visibility.ts";
import { contextOf, serviceUser } from "../groups/group-key.ts";
import { logGroupArn, logGroupIdRef, type Scope } from "../groups/log-group.ts";
import { findCopy, listCopies, listVaults, tableOfVault, type VaultCopy, vaultCopyRef, vaultRef } from "./vault.ts";

/** The encrypted tables of groups with a key. */
export interface Vaults {
  /** The vault for a group's events under a key; it has a copy of its data key for the group. Rejects with KeyRefused. */
  admit(place: Scope & { readonly name: string }, groupId: number, keyArn: string): Promise<number>;
  /**
   * The table of a group's vault, which the engine knows now. The right to use the key and the key's state are looked at each time.
   * Rejects with KeyRefused.
   */
  open(vault: number, groupId: number): Promise<string>;
  /** Every vault that can be opened, and those that can't be now but may be some day. */
  openAll(): Promise<{ readonly tables: readonly string[]; readonly closed: readonly number[] }>;
  /** Tables that are open, whoever opened them. */
  tables(): readonly string[];
  /** Runs an action while no table is opened: what it changes of the common table it can change of the open ones too. */
  undisturbed<T>(action: () => Promise<T>): Promise<T>;
  /** Removes what belongs to deleted groups whose events are purged: their copies, and vaults without groups. */
  sweep(): Promise<void>;
}

export interface VaultsParts {
  readonly state: State;
  readonly engine: Engine;
  readonly keys: Keys;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

const cause = { action: "job:logs-vaults" };

export function openVaults({ state, engine, keys, clock, log }: VaultsParts): Vaults {
  const { client } = engine;
  const opened = new Set<number>();

  let last: Promise<unknown> = Promise.resolve();
  const undisturbed = <T>(action: () => Promise<T>): Promise<T> => {
    const run = last.then(action);
    last = run.catch(() => {});
    return run;
  };

  const unwrap = async ({ groupArn, dataKey, ...place }: VaultCopy, keyArn: string): Promise<Buffer> => {
    const user = serviceUser(place, groupArn);
    try {
      return await keys.decrypt(user, Buffer.from(dataKey, "base64"), contextOf(groupArn));
    } catch (error) {
      // This says more of a key that is gone.
      if (error instanceof KeyRefused) keys.checkDecrypt(user, keyArn, contextOf(groupArn));
      throw error;
    }
  };

  const attach = (vault: number, key: Buffer) =>
    undisturbed(async () => {
      const name = tableOfVault(vault);
      // An engine that outlived the last server may know the table as it was then.
      if (!opened.has(vault)) await closeSealedTable(client, name);
      await openSealedTable(client, { name, like: "events", key });
      opened.add(vault);
    });

  /** Callers that come meanwhile share it. */
  const underWay = new Map<number, Promise<void>>();
  const opening = (vault: number, key: Buffer): Promise<void> => {
    const known = underWay.get(vault);
    if (known !== undefined) return known;
    const run = attach(vault, key).finally(() => underWay.delete(vault));
    underWay.set(vault, run);
    return run;
  };

  /** The data key by any of the vault's copies. */
  const unwrapAny = async (vault: number, keyArn: string): Promise<Buffer> => {
    let refused: unknown = new KeyRefused("NotFoundException", `The key of vault ${vault} is lost.`);
    for (const { document } of listCopies(state, vault)) {
      try {
        return await unwrap(document, keyArn);
      } catch (error) {
        // Whatever is not about the right of this one group holds for all of them.
        if (!(error instanceof KeyRefused) || error.code !== "AccessDeniedException") throw error;
        refused = error;
      }
    }
    throw refused;
  };

  /** Opens a vault for work that is nobody's call: `gone` when it can never be opened again. */
  const openForWork = async (vault: number, keyArn: string): Promise<"open" | "closed" | "gone"> => {
    try {
      await attach(vault, await unwrapAny(vault, keyArn));
      return "open";
    } catch (error) {
      if (!(error instanceof KeyRefused)) throw error;
      if (opened.delete(vault)) await undisturbed(() => closeSealedTable(client, tableOfVault(vault)));
      return error.code === "NotFoundException" ? "gone" : "closed";
    }
  };

  /** Makes the engine know again what it forgot when it was started anew. */
  const restore = async (): Promise<boolean> => {
    let restored = false;
    for (const { number, keyArn } of listVaults(state).filter((vault) => opened.has(vault.number))) {
      try {
        const key = await unwrapAny(number, keyArn);
        // Not through `undisturbed`: a statement that is run in there may be the one that asks.
        await openSealedTable(client, { name: tableOfVault(number), like: "events", key });
        restored = true;
      } catch (error) {
        if (!(error instanceof KeyRefused)) throw error;
        opened.delete(number);
      }
    }
    return restored;
  };
  let restoring: Promise<boolean> | undefined;
  client.restoreTables = () => {
    restoring ??= restore().finally(() => {
      restoring = undefined;
    });
    return restoring;
  };

  const admit = async (place: Scope & { readonly name: string }, groupId: number, keyArn: string): Promise<number> => {
    const groupArn = logGroupArn(place, place.name);
    const scope = { account: place.account, region: place.region };
    const user = serviceUser(place, groupArn);
    const keep = async (vault: number, key: Buffer, changes: Change[]) => {
      const sealed = await keys.encrypt(user, keyArn, key, contextOf(groupArn));
      const copy: VaultCopy = { ...scope, groupArn, dataKey: sealed.toString("base64") };
      await state.commit({
        cause,
        changes: [...changes, { put: vaultCopyRef(vault, groupId), document: copy, expect: "any" }],
      });
      return vault;
    };
    for (const { number, keyArn: own } of listVaults(state)) {
      if (own !== keyArn) continue;
      const known = findCopy(state, number, groupId);
      try {
        const key = known === undefined ? await unwrapAny(number, keyArn) : await unwrap(known, keyArn);
        return known === undefined ? await keep(number, key, []) : number;
      } catch (error) {
        // The key may be allowed for this group alone; then it gets a vault of its own.
        if (!(error instanceof KeyRefused)) throw error;
      }
    }
    const vault = state.allocate("logs.vault");
    const changes: Change[] = [{ put: vaultRef(vault), document: { keyArn }, expect: "absent" }];
    return await keep(vault, randomBytes(SEALED_KEY_BYTES), changes);
  };

  return {
    undisturbed,
    // One after another with `sweep`, which removes vaults that no group is in.
    admit: (place, groupId, keyArn) => undisturbed(() => admit(place, groupId, keyArn)),
    async open(vault, groupId) {
      const keyArn = state.get<{ keyArn: string }>(vaultRef(vault))?.document.keyArn;
      const copy = findCopy(state, vault, groupId);
      if (keyArn === undefined || copy === undefined)
        throw new KeyRefused("NotFoundException", `The key of vault ${vault} is lost.`);
      // A table that is open needs no key; to ask whether it may be used costs a third of using it.
      if (opened.has(vault)) keys.checkDecrypt(serviceUser(copy, copy.groupArn), keyArn, contextOf(copy.groupArn));
      else await opening(vault, await unwrap(copy, keyArn));
      return sealedTableName(tableOfVault(vault));
    },
    async openAll() {
      const tables: string[] = [];
      const closed: number[] = [];
      for (const { number, keyArn } of listVaults(state)) {
        const found = await openForWork(number, keyArn);
        if (found === "open") tables.push(sealedTableName(tableOfVault(number)));
        if (found === "closed") closed.push(number);
      }
      return { tables, closed };
    },
    tables: () => [...opened].map((vault) => sealedTableName(tableOfVault(vault))),
    async sweep() {
      for (const { number, keyArn } of listVaults(state)) {
        const copies = listCopies(state, number);
        const left = copies.filter(({ ref, createdAt }) => isLeft(Number(ref.key), createdAt));
        if (left.length === 0) continue;
        if (left.length < copies.length) {
          await state.commit({ cause, changes: left.map(({ ref }): Change => ({ remove: ref, expect: "any" })) });
          continue;
        }
        const found = await openForWork(number, keyArn);
        if (found === "closed") continue;
        await undisturbed(async () => {
          if (listCopies(state, number).length > left.length) return;
          if (found === "open") await dropSealedTable(client, tableOfVault(number));
          else
            log("warn", "the key of log events was deleted: their files stay and can't be read", {
              keyArn,
              vault: number,
            });
          opened.delete(number);
          await state.commit({
            cause,
            changes: [...left.map(({ ref }) => ref), vaultRef(number)].map(
              (ref): Change => ({ remove: ref, expect: "any" }),
            ),
          });
        });
      }
    },
  };

  /** The group is gone and purged. One that is being made has its copy before it is there itself. */
  function isLeft(groupId: number, createdAt: number): boolean {
    const lives = state.get(logGroupIdRef(groupId)) !== undefined || state.get(deletedGroupRef(groupId)) !== undefined;
    return !lives && createdAt < clock.now() - BEING_MADE_MS;
  }
}

/** A call that makes a group waits for the engine at most for seconds; its copy must not be taken from it. */
const BEING_MADE_MS = 3_600_000;
