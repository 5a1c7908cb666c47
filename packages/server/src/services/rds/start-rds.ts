import { loadModel, type Service, service } from "@nephoscope/wire";
import type { ServiceAccess } from "../../platform/access/need.ts";
import type { HostResource } from "../../platform/fleet/host.ts";
import type { Resource } from "../../platform/state/state.ts";
import { rdsAccess } from "./access.ts";
import { deleteDBInstance, modifyDBInstance, rebootDBInstance } from "./change-database.ts";
import { createDBInstance } from "./create-database.ts";
import { type Database, databasesOf, logGroupOf, pathOf } from "./database.ts";
import { describeDBInstances, describeDBLogFiles } from "./describe-databases.ts";
import type { RdsDeps, RdsSdk } from "./operation.ts";
import { takeReport } from "./report.ts";
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from "./tags.ts";

/** RDS: databases beside agents. Their hosts are told which log files to send where, and say when they do. */
export function startRds(deps: RdsDeps): { readonly service: Service; readonly access: ServiceAccess } {
  const { state, fleet } = deps;
  const ofHost = ({ ref }: HostResource) =>
    databasesOf(state, ref).filter(({ document }) => document.hostId === ref.key);
  fleet.assignments.add("databases", (host) => {
    const all = ofHost(host);
    return all.length === 0 ? undefined : { databases: all.map(toldToHost) };
  });
  fleet.assignments.onReport("databases", (host, report) => takeReport(deps, host, report));
  // The groups of a host's own databases are its own.
  fleet.rights.add("cloudwatch-logs", (host, operation, { logGroupName }) => {
    if (operation !== "PutLogEvents" && operation !== "CreateLogStream") return false;
    const own = ofHost(host).flatMap(({ ref, document }) => document.exports.map((type) => logGroupOf(ref.key, type)));
    return typeof logGroupName === "string" && own.includes(logGroupName);
  });
  return { service: rdsService(deps), access: rdsAccess(deps) };
}

const toldToHost = ({ ref, document }: Resource<Database>) => ({
  name: ref.key,
  engine: document.engine,
  port: document.port,
  logs: document.exports.map((type) => ({
    type,
    path: pathOf(document, type),
    group: logGroupOf(ref.key, type),
    stream: ref.key,
  })),
  ...(document.work !== undefined && { work: document.work.token, restart: document.work.status === "rebooting" }),
});

function rdsService(deps: RdsDeps): Service {
  return service<RdsSdk, RdsDeps>(loadModel("rds"), { requireAll: true })(
    {
      AddTagsToResource: addTagsToResource,
      CreateDBInstance: createDBInstance,
      DeleteDBInstance: deleteDBInstance,
      DescribeDBInstances: describeDBInstances,
      DescribeDBLogFiles: describeDBLogFiles,
      ListTagsForResource: listTagsForResource,
      ModifyDBInstance: modifyDBInstance,
      RebootDBInstance: rebootDBInstance,
      RemoveTagsFromResource: removeTagsFromResource,
    },
    deps,
  );
}
