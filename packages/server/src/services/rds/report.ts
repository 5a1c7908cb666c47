import type { HostResource } from "../../platform/fleet/host.ts";
import { VersionConflict } from "../../platform/state/state.ts";
import { type Database, databaseRef, type LogFile } from "./database.ts";
import type { RdsDeps } from "./operation.ts";

/** Files of one database that are kept. */
const MAX_FILES = 200;
const TRIES = 10;

/** What a host says of its databases: which work is done, what files there are, what can't be sent. Believed for its own databases alone. */
export async function takeReport({ state }: RdsDeps, host: HostResource, report: unknown): Promise<void> {
  for (const item of records(record(report).databases)) {
    const { name, done } = item;
    if (typeof name !== "string") continue;
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const found = state.get<Database>(databaseRef(host.ref, name));
      if (found === undefined || found.document.hostId !== host.ref.key) break;
      const { work, ...rest } = found.document;
      const after: Database = {
        ...rest,
        ...(work !== undefined && work.token !== done && { work }),
        files: records(item.files).slice(0, MAX_FILES).flatMap(fileOf),
        faults: Object.fromEntries(
          Object.entries(record(item.faults)).map(([type, fault]) => [type, String(fault).slice(0, 500)]),
        ),
      };
      if (JSON.stringify(after) === JSON.stringify(found.document)) break;
      try {
        await state.commit({
          cause: { action: "fleet:ReportDatabases", principalArn: host.ref.key },
          changes: [{ put: found.ref, document: after, expect: found.version }],
        });
        break;
      } catch (error) {
        if (!(error instanceof VersionConflict)) throw error;
      }
    }
  }
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
const records = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(record) : []);

function fileOf({ name, size, writtenAt }: Record<string, unknown>): LogFile[] {
  return typeof name === "string" && typeof size === "number" && typeof writtenAt === "number"
    ? [{ name: name.slice(0, 255), size, writtenAt }]
    : [];
}
