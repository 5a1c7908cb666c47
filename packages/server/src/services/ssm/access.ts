import type { Call } from "@nephoscope/wire";
import { type Need, requestTags, type ServiceAccess, serviceAccess, tagKeys } from "../../platform/access/need.ts";
import type { Fleet } from "../../platform/fleet/fleet.ts";
import { hostArn } from "../../platform/fleet/host.ts";
import type { State } from "../../platform/state/state.ts";
import type { AgentApi } from "./agent-api/model.ts";
import { findDocument } from "./documents/documents.ts";
import type { SsmSdk } from "./operation.ts";
import { type Parameter, parameterArn, parameterRef, readSelector } from "./parameters/parameter.ts";

const need = (operation: string, resource: string, keys?: Need["keys"]): Need => ({
  action: `ssm:${operation}`,
  resource,
  ...(keys !== undefined && { keys }),
});
const anywhere = (operation: string) => () => need(operation, "*");

const ofParameter = (operation: string) => (input: { readonly Name: string }, call: Call) =>
  need(operation, parameterArn(call, readSelector(call, input.Name).name));
const ofParameters = (operation: string) => (input: { readonly Names: readonly string[] }, call: Call) =>
  input.Names.map((name) => need(operation, parameterArn(call, readSelector(call, name).name)));
const ofHost = (operation: string) => (input: { readonly InstanceId: string }, call: Call) =>
  need(operation, hostArn(call, input.InstanceId));
const documentArn = (call: Call, name: string) =>
  `arn:aws:ssm:${call.region}:${findDocument(name) === undefined ? call.account : ""}:document/${findDocument(name)?.name ?? name}`;
const ofDocument = (operation: string) => (input: { readonly Name: string }, call: Call) =>
  need(operation, documentArn(call, input.Name));

function taggedArn(call: Call, type: string, id: string): string {
  if (type === "ManagedInstance") return hostArn(call, id);
  return type === "Parameter" ? parameterArn(call, id) : "*";
}

/** What each operation needs (Service Authorization Reference, "AWS Systems Manager"). */
export const ssmAccess = (deps: { readonly state: State; readonly fleet: Fleet }): ServiceAccess =>
  serviceAccess<SsmSdk>(
    {
      AddTagsToResource: (input, call) =>
        need("AddTagsToResource", taggedArn(call, input.ResourceType, input.ResourceId), requestTags(input.Tags)),
      CancelCommand: anywhere("CancelCommand"),
      CreateActivation: (input) => need("CreateActivation", "*", requestTags(input.Tags)),
      DeleteActivation: anywhere("DeleteActivation"),
      DeleteParameter: ofParameter("DeleteParameter"),
      DeleteParameters: ofParameters("DeleteParameters"),
      DeregisterManagedInstance: ofHost("DeregisterManagedInstance"),
      DescribeActivations: anywhere("DescribeActivations"),
      DescribeDocument: ofDocument("DescribeDocument"),
      DescribeInstanceInformation: anywhere("DescribeInstanceInformation"),
      DescribeParameters: anywhere("DescribeParameters"),
      GetCommandInvocation: anywhere("GetCommandInvocation"),
      GetDocument: ofDocument("GetDocument"),
      GetInventory: anywhere("GetInventory"),
      GetInventorySchema: anywhere("GetInventorySchema"),
      GetParameter: ofParameter("GetParameter"),
      GetParameterHistory: ofParameter("GetParameterHistory"),
      GetParameters: ofParameters("GetParameters"),
      GetParametersByPath: (input, call) =>
        need("GetParametersByPath", parameterArn(call, input.Path.replace(/(?<=.)\/$/, "")), {
          "ssm:Recursive": String(input.Recursive ?? false),
        }),
      LabelParameterVersion: ofParameter("LabelParameterVersion"),
      ListCommandInvocations: anywhere("ListCommandInvocations"),
      ListCommands: anywhere("ListCommands"),
      ListDocuments: anywhere("ListDocuments"),
      ListInventoryEntries: ofHost("ListInventoryEntries"),
      ListTagsForResource: (input, call) =>
        need("ListTagsForResource", taggedArn(call, input.ResourceType, input.ResourceId)),
      PutInventory: ofHost("PutInventory"),
      PutParameter: (input, call) =>
        need("PutParameter", parameterArn(call, readSelector(call, input.Name).name), {
          ...requestTags(input.Tags),
          "ssm:Overwrite": String(input.Overwrite ?? false),
        }),
      RemoveTagsFromResource: (input, call) =>
        need("RemoveTagsFromResource", taggedArn(call, input.ResourceType, input.ResourceId), tagKeys(input.TagKeys)),
      // The document, and every host that it may reach: those of a target by tag are all hosts.
      SendCommand: (input, call) => [
        need("SendCommand", documentArn(call, input.DocumentName)),
        ...(input.InstanceIds ?? []).map((id) => need("SendCommand", hostArn(call, id))),
        ...((input.Targets ?? []).length === 0
          ? []
          : [
              need("SendCommand", `arn:aws:ssm:${call.region}:${call.account}:managed-instance/*`),
              need("SendCommand", `arn:aws:ec2:${call.region}:${call.account}:instance/*`),
            ]),
      ],
      UnlabelParameterVersion: ofParameter("UnlabelParameterVersion"),
      UpdateManagedInstanceRole: ofHost("UpdateManagedInstanceRole"),
    },
    {
      resource(arn, call) {
        const parameter = /:parameter(\/.+)$/.exec(arn)?.[1];
        if (parameter !== undefined) {
          const found =
            deps.state.get<Parameter>(parameterRef(call, parameter)) ??
            deps.state.get<Parameter>(parameterRef(call, parameter.slice(1)));
          return found && { account: call.account, tags: found.document.tags };
        }
        const id = /:(?:managed-instance|instance)\/(m?i-[0-9a-f]{17})$/.exec(arn)?.[1];
        const host = id === undefined ? undefined : deps.fleet.find(call, id);
        return host && { account: call.account, tags: host.document.tags };
      },
    },
  );

const byAgent = (operation: string) => (): Need => ({ action: `ssmmessages:${operation}`, resource: "*" });

/** Hosts and activations are authorised by `FleetDoor`; whoever else has these rights is told by each operation that it is no host. */
export const agentAccess: ServiceAccess = serviceAccess<AgentApi>({
  GetMessages: byAgent("GetMessages"),
  PutFlowRecords: byAgent("PutFlowRecords"),
  RegisterManagedInstance: byAgent("RegisterManagedInstance"),
  SendReply: byAgent("SendReply"),
  UpdateInstanceInformation: byAgent("UpdateInstanceInformation"),
});
