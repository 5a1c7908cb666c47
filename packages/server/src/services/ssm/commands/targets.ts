import type { Fleet } from "../../../platform/fleet/fleet.ts";
import type { HostResource } from "../../../platform/fleet/host.ts";
import type { SsmCall, SsmInput } from "../operation.ts";

/** The hosts that targets reach now. A host must meet all, each by any of its values (user guide, "Using targets and rate controls"). */
export function hostsOfTargets(
  { Targets = [] }: Pick<SsmInput<"SendCommand">, "Targets">,
  call: Pick<SsmCall, "account" | "region" | "error">,
  fleet: Pick<Fleet, "list">,
): HostResource[] {
  const tests = Targets.map(({ Key = "", Values = [] }) => {
    if (Key === "InstanceIds") return ({ ref }: HostResource) => Values.includes(ref.key);
    if (Key.startsWith("tag:")) {
      const tag = Key.slice("tag:".length);
      return ({ document }: HostResource) =>
        Values.includes(document.tags[tag] ?? "") && Object.hasOwn(document.tags, tag);
    }
    if (Key === "tag-key")
      return ({ document }: HostResource) => Values.some((tag) => Object.hasOwn(document.tags, tag));
    throw call.error(
      "ValidationException",
      `Targets by ${Key} are not supported: InstanceIds, tag:KEY and tag-key are.`,
    );
  });
  return fleet.list(call).filter((host) => tests.every((passes) => passes(host)));
}
