import { readHostFacts } from "../../../platform/fleet/host-facts.ts";
import { causeOf } from "../commit.ts";
import { type AgentOperation, callingHost } from "./operation.ts";

export const updateInstanceInformation: AgentOperation<"UpdateInstanceInformation"> = async (input, call, deps) => {
  const { fleet, clock } = deps;
  const host = callingHost(call, deps);
  if (input.Facts !== undefined) {
    const facts = readHostFacts(input.Facts);
    if (facts === undefined) throw call.error("ValidationException", "Facts must be an object.");
    await fleet.putFacts(host.ref, host.ref.key, facts, causeOf(call));
    // Interfaces may have come or gone.
    fleet.assignments.changed(host.ref.key);
  }
  fleet.seen(host.ref, host.ref.key, {
    lastPingAt: clock.now(),
    agentVersion: input.AgentVersion,
    sourceIp: call.sourceIp,
    shellScripts: input.ShellScripts,
  });
  const { Reports } = input;
  if (typeof Reports === "object" && Reports !== null) await fleet.assignments.report(host, { ...Reports });
  return {};
};
