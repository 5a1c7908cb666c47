import { randomBytes, randomUUID } from "node:crypto";
import { VersionConflict } from "../../platform/state/state.ts";
import { causeOf, requireDatabase } from "./commit.ts";
import { type Database, databaseRef, databasesOf, ENGINES, HOST_TAG, isEngine, isHostId } from "./database.ts";
import { checkLogTypes, pathsOf } from "./log-paths.ts";
import { invalid, type RdsOperation, unfitting } from "./operation.ts";
import { showDatabase } from "./show-database.ts";
import { checkTags, tagsOf } from "./tags.ts";

/** Members that mean something for a server that is there already. All others would make one, and are refused by name. */
const TAKEN = new Set([
  "DBInstanceIdentifier",
  "DBInstanceClass",
  "Engine",
  "EngineVersion",
  "Port",
  "EnableCloudwatchLogsExports",
  "DeletionProtection",
  "Tags",
]);
const MAX_DATABASES = 1_000;

/** Registers a database server beside an agent: the tag `nephoscope:host` names the host. */
export const createDBInstance: RdsOperation<"CreateDBInstance"> = async (input, call, deps) => {
  const { state, fleet, clock } = deps;
  const stranger = Object.entries(input).find(([name, value]) => value !== undefined && !TAKEN.has(name));
  if (stranger !== undefined)
    throw unfitting(`${stranger[0]} is not supported: databases are registered here, not made. Leave it out.`);
  const name = input.DBInstanceIdentifier.toLowerCase();
  if (!/^[a-z](?:-?[a-z0-9])*$/.test(name) || name.length > 63)
    throw invalid(
      "The parameter DBInstanceIdentifier is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
    );
  const { Engine: engine } = input;
  if (!isEngine(engine))
    throw invalid(`Invalid DB engine: ${engine}. Supported are ${Object.keys(ENGINES).join(", ")}.`);
  const tags = tagsOf(input.Tags);
  checkTags(tags);
  const hostId = tags[HOST_TAG];
  if (hostId === undefined || !isHostId(hostId) || fleet.find(call, hostId) === undefined)
    throw invalid(
      `The tag ${HOST_TAG} must name the host that the database runs on; ${hostId ?? "without it nothing"} is none.`,
    );
  const exports = [...new Set(input.EnableCloudwatchLogsExports ?? [])];
  checkLogTypes(engine, exports);
  if (databasesOf(state, call).length >= MAX_DATABASES)
    throw call.error("InstanceQuotaExceededFault", `There are ${MAX_DATABASES} databases, as many as there may be.`);
  const document: Database = {
    engine,
    engineVersion: input.EngineVersion ?? "",
    instanceClass: input.DBInstanceClass,
    hostId,
    port: input.Port ?? ENGINES[engine].port,
    exports,
    paths: pathsOf(engine, tags),
    tags,
    deletionProtection: input.DeletionProtection ?? false,
    resourceId: `db-${randomBytes(13).toString("hex").toUpperCase()}`,
    createdAt: clock.now(),
    work: { status: "creating", token: randomUUID() },
    files: [],
    faults: {},
  };
  try {
    await state.commit({
      cause: causeOf(call),
      changes: [{ put: databaseRef(call, name), document, expect: "absent" }],
    });
  } catch (error) {
    if (error instanceof VersionConflict)
      throw call.error("DBInstanceAlreadyExistsFault", "DB instance already exists");
    throw error;
  }
  fleet.assignments.changed(hostId);
  return { DBInstance: showDatabase(deps, requireDatabase(deps, call, name)) };
};
