import { readFlowBatches } from "../../../platform/fleet/read-flow-batches.ts";
import { type AgentOperation, callingHost } from "./operation.ts";

export const putFlowRecords: AgentOperation<"PutFlowRecords"> = async (input, call, deps) => {
  const host = callingHost(call, deps);
  const batches = readFlowBatches(input.Batches);
  if (batches === undefined) throw call.error("ValidationException", "Batches is no list of flow batches.");
  await deps.fleet.flowRecords.deliver(host, batches);
  return {};
};
