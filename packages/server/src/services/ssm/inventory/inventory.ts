import type { Scope } from "../../../platform/fleet/host.ts";
import type { ResourceRef } from "../../../platform/state/state.ts";

/** One type of inventory of one host, as its agent sent it last. */
export interface InventoryItem {
  readonly schemaVersion: string;
  readonly captureTime: string;
  readonly contentHash: string | undefined;
  readonly content: readonly Readonly<Record<string, string>>[];
}

export const INVENTORY_KIND = "ssm.inventory";

export const inventoryRef = ({ account, region }: Scope, hostId: string, typeName: string): ResourceRef => ({
  kind: INVENTORY_KIND,
  account,
  region,
  key: `${hostId}/${typeName}`,
});

interface Schema {
  readonly version: string;
  readonly attributes: readonly string[];
}

/** AWS's types that our agent reports, with AWS's attributes (API reference, GetInventorySchema). All are strings here but where named. */
export const INVENTORY_SCHEMAS: Readonly<Record<string, Schema>> = {
  "AWS:Application": {
    version: "1.1",
    attributes: [
      "Name",
      "ApplicationType",
      "Publisher",
      "Version",
      "Release",
      "Epoch",
      "InstalledTime",
      "Architecture",
      "URL",
      "Summary",
      "PackageId",
    ],
  },
  "AWS:InstanceInformation": {
    version: "1.0",
    attributes: [
      "AgentType",
      "AgentVersion",
      "ComputerName",
      "InstanceId",
      "IpAddress",
      "PlatformName",
      "PlatformType",
      "PlatformVersion",
      "ResourceType",
      "InstanceStatus",
    ],
  },
  "AWS:Network": {
    version: "1.0",
    attributes: ["Name", "SubnetMask", "Gateway", "DHCPServer", "DNSServer", "MacAddress", "IPV4", "IPV6"],
  },
  "AWS:Service": {
    version: "1.0",
    attributes: [
      "Name",
      "DisplayName",
      "ServiceType",
      "Status",
      "DependentServices",
      "ServicesDependedOn",
      "StartType",
    ],
  },
};
