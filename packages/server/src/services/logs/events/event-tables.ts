import type { Engine } from "@nephoscope/engine";
import { SEALED_DATABASE } from "@nephoscope/engine";
import { KeyRefused } from "../../../platform/keys/keys.ts";
import type { State } from "../../../platform/state/state.ts";
import { DAY_MS, type LogGroup, type StoragePeriod } from "../groups/log-group.ts";
import { listCopies } from "../vaults/vault.ts";
import type { Vaults } from "../vaults/vaults.ts";
import { MAX_AGE_MS, MAX_AHEAD_MS } from "./acceptance.ts";

/**
 * Which tables hold a group's events. All groups without a key share one table; those with a key have the encrypted table of that key. A group
 * whose key changes leaves its events where they are, so they can be in several tables; each table holds a time of its own.
 */
export interface EventTables {
  /** The table for new events of a group. Rejects with KeyRefused. */
  forNew(group: Pick<LogGroup, "groupId" | "kmsKeyId" | "stored">): Promise<string>;
  /** The tables that may hold events of groups with timestamps in a range, which the engine knows now. Rejects with KeyRefused. */
  holding(groups: readonly StoredGroup[], fromMs: number, toMs: number): Promise<readonly string[]>;
  /** The common table and all encrypted ones whose key can be used: for work that is nobody's call. */
  reachable(): Promise<Reachable>;
  /** The common table and those that are open, for the upkeep of the tables. */
  open(): readonly string[];
  /** Changes the common table and all that are open alike, by `ALTER TABLE name …`. */
  alter(change: string): Promise<void>;
}

export interface StoredGroup {
  readonly groupId: number;
  readonly stored?: readonly StoragePeriod[] | undefined;
}

export interface Reachable {
  readonly tables: readonly string[];
  /** Groups of which some events are not in these tables, as their key can't be used now. */
  readonly unreachable: ReadonlySet<number>;
}

export const COMMON_TABLE = "events";

export function openEventTables({
  state,
  engine,
  vaults,
}: {
  readonly state: State;
  readonly engine: Engine;
  readonly vaults: Vaults;
}): EventTables {
  const open = () => [COMMON_TABLE, ...vaults.tables()];
  return {
    async forNew({ groupId, kmsKeyId, stored }) {
      const sealed = stored?.at(-1)?.sealed;
      if (sealed !== undefined) return await vaults.open(sealed.vault, groupId);
      if (kmsKeyId === undefined) return COMMON_TABLE;
      throw new KeyRefused(
        "InvalidStateException",
        "Its key was named before events were encrypted: name it again by AssociateKmsKey.",
      );
    },
    async holding(groups, fromMs, toMs) {
      const tables = new Set<string>();
      for (const { groupId, stored } of groups) {
        const periods = periodsHolding(stored, fromMs, toMs);
        for (const { sealed } of periods)
          tables.add(sealed === undefined ? COMMON_TABLE : await vaults.open(sealed.vault, groupId));
      }
      // Where nothing can be, nothing is found.
      return tables.size === 0 ? [COMMON_TABLE] : [...tables];
    },
    async reachable() {
      const { tables, closed } = await vaults.openAll();
      const groups = closed.flatMap((vault) => listCopies(state, vault).map(({ ref }) => Number(ref.key)));
      return { tables: [COMMON_TABLE, ...tables], unreachable: new Set(groups) };
    },
    open,
    alter: (change) =>
      vaults.undisturbed(async () => {
        for (const table of open()) await engine.client.command({ sql: `ALTER TABLE ${table} ${change}` });
      }),
  };
}

/** A group's periods after its events go elsewhere from now on; `sealed` is undefined for the common table. */
export function storedFrom(
  group: Pick<LogGroup, "stored"> | undefined,
  sealed: StoragePeriod["sealed"],
  nowMs: number,
): readonly StoragePeriod[] {
  const before = group === undefined ? [] : (group.stored ?? [{ sinceMs: 0 }]);
  const isSame = (period: StoragePeriod) => period.sealed?.vault === sealed?.vault;
  const last = before.at(-1);
  if (last !== undefined && isSame(last)) return before;
  // Each table has one period, from when it was used first, so that the list is no longer than there were keys.
  const again = before.find(isSame);
  const others = before.filter((period) => !isSame(period));
  return [
    ...others.map((period) => ({ ...period, untilMs: period === last ? nowMs : (period.untilMs ?? nowMs) })),
    { ...(sealed !== undefined && { sealed }), sinceMs: again?.sinceMs ?? nowMs },
  ];
}

/** Clocks are set, and calls that were accepted before a change are stored after it. */
const SLACK_MS = DAY_MS;

/** Those in which events with timestamps of a range can have come, by what PutLogEvents takes. */
export function periodsHolding(
  stored: readonly StoragePeriod[] | undefined,
  fromMs: number,
  toMs: number,
): readonly StoragePeriod[] {
  if (stored === undefined) return EVER_IN_COMMON;
  return stored.filter(
    ({ sinceMs, untilMs }) =>
      sinceMs - MAX_AGE_MS - SLACK_MS <= toMs && (untilMs === undefined || untilMs + MAX_AHEAD_MS + SLACK_MS >= fromMs),
  );
}

const EVER_IN_COMMON: readonly StoragePeriod[] = [{ sinceMs: 0 }];

/** What stands behind FROM for some of the tables; a table that the engine does not know is an error, never an empty one. */
export function tablesAsSource(tables: readonly string[], fieldColumns: Iterable<string> = []): string {
  const [only = COMMON_TABLE, ...others] = tables;
  if (others.length === 0) return only;
  const columns = [...EVENT_COLUMNS, ...fieldColumns].join(", ");
  return `(${tables.map((table) => `SELECT ${columns} FROM ${table}`).join(" UNION ALL ")}) AS ${COMMON_TABLE}`;
}

const EVENT_COLUMNS = ["group_id", "stream", "timestamp", "seq", "put", "retention", "message", "ingestion_time"];

/** The condition by which ClickHouse's own tables, such as `system.parts`, know a table. */
export function inSystemTables(table: string): string {
  const [name = table, database] = table.split(".").reverse();
  return `database = ${database === SEALED_DATABASE ? `'${SEALED_DATABASE}'` : "currentDatabase()"} AND table = '${name}'`;
}
