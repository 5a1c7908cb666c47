import { loadModel, modelFromSnapshot, type Service, service } from "@nephoscope/wire";
import { createActivation, deleteActivation, describeActivations } from "./activations/activations.ts";
import { updateInstanceInformation } from "./agent-api/heartbeat.ts";
import { getMessages, sendReply } from "./agent-api/messages.ts";
import { type AgentApi, agentApiSnapshot } from "./agent-api/model.ts";
import type { AgentCall } from "./agent-api/operation.ts";
import { putFlowRecords } from "./agent-api/put-flow-records.ts";
import { registerManagedInstance } from "./agent-api/register.ts";
import { openReplays } from "./agent-api/replays.ts";
import { cancelCommand } from "./commands/cancel-command.ts";
import { getCommandInvocation, listCommandInvocations, listCommands } from "./commands/look-at-commands.ts";
import { sendCommand } from "./commands/send-command.ts";
import { describeDocument, getDocument, listDocuments } from "./documents/look-at-documents.ts";
import {
  deregisterManagedInstance,
  describeInstanceInformation,
  updateManagedInstanceRole,
} from "./instances/instances.ts";
import { putInventory } from "./inventory/put-inventory.ts";
import { getInventory, getInventorySchema, listInventoryEntries } from "./inventory/read-inventory.ts";
import type { SsmDeps, SsmSdk } from "./operation.ts";
import { deleteParameter, deleteParameters } from "./parameters/delete-parameters.ts";
import { describeParameters } from "./parameters/describe-parameters.ts";
import { getParameter, getParameterHistory, getParameters, getParametersByPath } from "./parameters/get-parameters.ts";
import { labelParameterVersion, unlabelParameterVersion } from "./parameters/labels.ts";
import { putParameter } from "./parameters/put-parameter.ts";
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from "./tags/tags.ts";

/** Systems Manager: every operation, by its name at the API. */
export function ssmService(deps: SsmDeps): Service {
  return service<SsmSdk, SsmDeps>(loadModel("ssm"), { requireAll: true })(
    {
      AddTagsToResource: addTagsToResource,
      CancelCommand: cancelCommand,
      CreateActivation: createActivation,
      DeleteActivation: deleteActivation,
      DeleteParameter: deleteParameter,
      DeleteParameters: deleteParameters,
      DeregisterManagedInstance: deregisterManagedInstance,
      DescribeActivations: describeActivations,
      DescribeDocument: describeDocument,
      DescribeInstanceInformation: describeInstanceInformation,
      DescribeParameters: describeParameters,
      GetCommandInvocation: getCommandInvocation,
      GetDocument: getDocument,
      GetInventory: getInventory,
      GetInventorySchema: getInventorySchema,
      GetParameter: getParameter,
      GetParameterHistory: getParameterHistory,
      GetParameters: getParameters,
      GetParametersByPath: getParametersByPath,
      LabelParameterVersion: labelParameterVersion,
      ListCommandInvocations: listCommandInvocations,
      ListCommands: listCommands,
      ListDocuments: listDocuments,
      ListInventoryEntries: listInventoryEntries,
      ListTagsForResource: listTagsForResource,
      PutInventory: putInventory,
      PutParameter: putParameter,
      RemoveTagsFromResource: removeTagsFromResource,
      SendCommand: sendCommand,
      UnlabelParameterVersion: unlabelParameterVersion,
      UpdateManagedInstanceRole: updateManagedInstanceRole,
    },
    deps,
  );
}

/** The channel between agents and the server. */
export function agentService(deps: SsmDeps): Service {
  const replays = openReplays(deps.clock);
  const once =
    <Input, Output>(operation: (input: Input, call: AgentCall, deps: SsmDeps) => Promise<Output>) =>
    (input: Input, call: AgentCall, given: SsmDeps): Promise<Output> => {
      replays.take(call);
      return operation(input, call, given);
    };
  return service<AgentApi, SsmDeps>(modelFromSnapshot(agentApiSnapshot), { requireAll: true })(
    {
      GetMessages: once(getMessages),
      PutFlowRecords: once(putFlowRecords),
      // The same key registers the same host, however often.
      RegisterManagedInstance: registerManagedInstance,
      SendReply: once(sendReply),
      UpdateInstanceInformation: once(updateInstanceInformation),
    },
    deps,
  );
}
