import { type Cause, type Resource, VersionConflict } from "../../platform/state/state.ts";
import { type Database, databaseRef } from "./database.ts";
import type { RdsCall, RdsDeps } from "./operation.ts";

/** Of the calls that race for one resource a commit lets one through, so this many may race; past that a caller is told. */
const TRIES = 100;

export const causeOf = ({ operation, requestId, principal }: RdsCall): Cause => ({
  action: `rds:${operation}`,
  requestId,
  principalArn: principal.arn,
});

export function requireDatabase({ state }: RdsDeps, call: RdsCall, name: string): Resource<Database> {
  const found = state.get<Database>(databaseRef(call, name));
  if (found === undefined) throw call.error("DBInstanceNotFoundFault", `DBInstance ${name} not found.`);
  return found;
}

/** Changes a database and tells its host. */
export async function changeDatabase(
  deps: RdsDeps,
  call: RdsCall,
  name: string,
  change: (database: Database) => Database,
): Promise<Resource<Database>> {
  for (let attempt = 1; ; attempt++) {
    const { ref, version, document } = requireDatabase(deps, call, name);
    const after = change(document);
    try {
      await deps.state.commit({ cause: causeOf(call), changes: [{ put: ref, document: after, expect: version }] });
      deps.fleet.assignments.changed(after.hostId);
      return requireDatabase(deps, call, name);
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (attempt === TRIES)
        throw call.error("ThrottlingException", "Too many calls change the same database at once.");
    }
  }
}
