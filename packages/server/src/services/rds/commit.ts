import { changesByCalls } from "../../platform/state/changes-by-calls.ts";
import type { Resource } from "../../platform/state/state.ts";
import { type Database, databaseRef } from "./database.ts";
import type { RdsCall, RdsDeps } from "./operation.ts";

const changes = changesByCalls<RdsCall>("rds", (call) =>
  call.error("ThrottlingException", "Too many calls change the same database at once."),
);

export const { causeOf } = changes;

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
  const find = () => requireDatabase(deps, call, name);
  const { hostId } = await changes.changeDocument(deps, call, find, change);
  deps.fleet.assignments.changed(hostId);
  return find();
}
