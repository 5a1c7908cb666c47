import { HOST_KIND, type Host } from "../../../platform/fleet/host.ts";
import type { OwnMetrics } from "../../../platform/metrics/own-metrics.ts";
import type { Ec2Deps } from "../operation.ts";

const FAILED = ["StatusCheckFailed", "StatusCheckFailed_Instance", "StatusCheckFailed_System"] as const;

const PAGE = 500;

/**
 * Tells the failed status checks of hosts that are silent, once a minute: those that speak tell theirs themselves. Both checks fail, as in
 * DescribeInstanceStatus: which of them it is nobody knows of a host that says nothing.
 */
export function tellSilentHosts(
  { state, fleet }: Pick<Ec2Deps, "state" | "fleet">,
  metrics: Pick<OwnMetrics, "add">,
): void {
  let page = state.scan<Host>(HOST_KIND, undefined, PAGE);
  while (page.length > 0) {
    for (const { ref } of page) {
      const { account, region, key } = ref;
      // One that never spoke is being set up.
      if (fleet.presence(ref, key) === undefined || fleet.isOnline(ref, key)) continue;
      for (const metric of FAILED)
        metrics.add({ account, region, namespace: "AWS/EC2", metric, dimensions: { InstanceId: key } }, "Count", 1);
    }
    page = state.scan<Host>(HOST_KIND, page.at(-1)?.ref, PAGE);
  }
}
