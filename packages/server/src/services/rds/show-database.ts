import { mainAddress } from "../../platform/fleet/host-facts.ts";
import type { Resource } from "../../platform/state/state.ts";
import { type Database, databaseArn, ENGINES } from "./database.ts";
import type { RdsDeps, RdsOutput } from "./operation.ts";

type Shown = NonNullable<RdsOutput<"ModifyDBInstance">["DBInstance"]>;

/** A database as RDS shows it. What only a provisioned one has (storage, backups) is left out. */
export function showDatabase({ fleet }: RdsDeps, found: Resource<Database>): Shown {
  const { ref, document } = found;
  const pending = Object.keys(ENGINES[document.engine].logs);
  const address = mainAddress(fleet.facts(ref, document.hostId));
  return {
    DBInstanceIdentifier: ref.key,
    DBInstanceArn: databaseArn(found),
    DBInstanceClass: document.instanceClass,
    Engine: document.engine,
    EngineVersion: document.engineVersion,
    DBInstanceStatus: document.work?.status ?? "available",
    DbiResourceId: document.resourceId,
    InstanceCreateTime: new Date(document.createdAt),
    ...(address !== undefined && { Endpoint: { Address: address, Port: document.port } }),
    DbInstancePort: document.port,
    AvailabilityZone: `${ref.region}a`,
    MultiAZ: false,
    PubliclyAccessible: false,
    DeletionProtection: document.deletionProtection,
    EnabledCloudwatchLogsExports: [...document.exports],
    StatusInfos: [],
    PendingModifiedValues:
      document.work?.status === "configuring-log-exports"
        ? {
            PendingCloudwatchLogsExports: {
              LogTypesToEnable: [...document.exports],
              LogTypesToDisable: pending.filter((type) => !document.exports.includes(type)),
            },
          }
        : {},
    TagList: Object.entries(document.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}
