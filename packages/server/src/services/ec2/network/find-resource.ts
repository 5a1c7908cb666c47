import { HOST_ID, type Scope } from "../../../platform/fleet/host.ts";
import { flowLogRef } from "../flow-logs/flow-log.ts";
import type { Ec2Deps } from "../operation.ts";
import { groupsOf, rulesOf } from "../security-groups/group.ts";
import { natGateways } from "./nat-gateway.ts";
import { networkOfScope } from "./seen.ts";

/** Whether there is a resource of this id, declared or seen. */
export function resourceExists(deps: Ec2Deps, scope: Scope, id: string): boolean {
  if (HOST_ID.test(id)) return deps.fleet.find(scope, id) !== undefined;
  const has = (list: readonly { readonly id: string }[]) => list.some((one) => one.id === id);
  switch (id.slice(0, id.indexOf("-"))) {
    case "vpc":
      return has(networkOfScope(deps, scope).vpcs);
    case "subnet":
      return has(networkOfScope(deps, scope).subnets);
    case "eni":
      return has(networkOfScope(deps, scope).interfaces);
    case "sg":
      return has(groupsOf(deps, scope));
    case "sgr":
      return groupsOf(deps, scope).some((group) => has(rulesOf(group)));
    case "nat":
      return has(natGateways(deps, scope));
    case "fl":
      return deps.state.get(flowLogRef(scope, id)) !== undefined;
    default:
      return false;
  }
}
