import type { Engine } from "@nephoscope/engine";
import { COMMON_TABLE, type EventTables } from "../events/event-tables.ts";

/** The tables of an installation without keys. */
export function commonTableOnly(engine: Engine): EventTables {
  return {
    forNew: async () => COMMON_TABLE,
    holding: async () => [COMMON_TABLE],
    reachable: async () => ({ tables: [COMMON_TABLE], unreachable: new Set() }),
    open: () => [COMMON_TABLE],
    alter: (change) => engine.client.command({ sql: `ALTER TABLE ${COMMON_TABLE} ${change}` }),
  };
}
