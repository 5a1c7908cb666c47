import { randomUUID } from "node:crypto";
import { causeOf, changeDatabase, requireDatabase } from "./commit.ts";
import type { Database } from "./database.ts";
import { checkLogTypes } from "./log-paths.ts";
import { type RdsOperation, unfitting } from "./operation.ts";
import { showDatabase } from "./show-database.ts";

const TAKEN = new Set([
  "DBInstanceIdentifier",
  "ApplyImmediately",
  "CloudwatchLogsExportConfiguration",
  "DeletionProtection",
  "EngineVersion",
  "DBInstanceClass",
]);

/** Log exports change at once, whatever `ApplyImmediately` says (RDS user guide, "Settings for DB instances"). */
export const modifyDBInstance: RdsOperation<"ModifyDBInstance"> = async (input, call, deps) => {
  const stranger = Object.entries(input).find(([name, value]) => value !== undefined && !TAKEN.has(name));
  if (stranger !== undefined)
    throw unfitting(`${stranger[0]} is not supported: the database is registered here, and changed on its host.`);
  const { EnableLogTypes = [], DisableLogTypes = [] } = input.CloudwatchLogsExportConfiguration ?? {};
  const both = EnableLogTypes.find((type) => DisableLogTypes.includes(type));
  if (both !== undefined) throw unfitting(`The log type ${both} can't be enabled and disabled at once.`);
  const found = await changeDatabase(deps, call, input.DBInstanceIdentifier, (database) => {
    checkLogTypes(database.engine, [...EnableLogTypes, ...DisableLogTypes]);
    const exports = [...new Set([...database.exports, ...EnableLogTypes])]
      .filter((type) => !DisableLogTypes.includes(type))
      .sort();
    const changed = exports.join() !== [...database.exports].sort().join();
    if (changed && database.work?.status === "rebooting")
      throw call.error("InvalidDBInstanceStateFault", "Database instance is not in available state.");
    const after: Database = {
      ...database,
      exports,
      instanceClass: input.DBInstanceClass ?? database.instanceClass,
      engineVersion: input.EngineVersion ?? database.engineVersion,
      deletionProtection: input.DeletionProtection ?? database.deletionProtection,
    };
    return changed ? { ...after, work: { status: "configuring-log-exports", token: randomUUID() } } : after;
  });
  return { DBInstance: showDatabase(deps, found) };
};

/** The host restarts the server where its owner allowed that; in any case it opens the log files anew. */
export const rebootDBInstance: RdsOperation<"RebootDBInstance"> = async (input, call, deps) => {
  if (input.ForceFailover === true)
    throw unfitting("ForceFailover needs a second instance, which a registered server has not.");
  const found = await changeDatabase(deps, call, input.DBInstanceIdentifier, (database) => {
    if (database.work !== undefined)
      throw call.error(
        "InvalidDBInstanceStateFault",
        `Database instance is not in available state: ${database.work.status}.`,
      );
    return { ...database, work: { status: "rebooting", token: randomUUID() } };
  });
  return { DBInstance: showDatabase(deps, found) };
};

/** Forgets the registration. Nothing happens to the server or to what it sent. */
export const deleteDBInstance: RdsOperation<"DeleteDBInstance"> = async (input, call, deps) => {
  const found = requireDatabase(deps, call, input.DBInstanceIdentifier);
  if (found.document.deletionProtection)
    throw unfitting("Cannot delete protected DB Instance, please disable deletion protection and try again.");
  if (input.SkipFinalSnapshot !== true)
    throw unfitting("SkipFinalSnapshot must be given: there are no snapshots of registered databases.");
  await deps.state.commit({ cause: causeOf(call), changes: [{ remove: found.ref, expect: "any" }] });
  deps.fleet.assignments.changed(found.document.hostId);
  return { DBInstance: { ...showDatabase(deps, found), DBInstanceStatus: "deleting" } };
};
