import type { Call } from "@nephoscope/wire";
import {
  type Need,
  type ResourceFacts,
  requestTags,
  type ServiceAccess,
  serviceAccess,
  tagKeys,
} from "../../platform/access/need.ts";
import type { Fleet } from "../../platform/fleet/fleet.ts";
import { hostArn } from "../../platform/fleet/host.ts";
import { roleArn } from "../../platform/identity/arns.ts";
import { keyOfName } from "../../platform/identity/directory.ts";
import type { Role } from "../../platform/identity/documents.ts";
import type { State } from "../../platform/state/state.ts";
import type { AgentApi } from "./agent-api/model.ts";
import { hostsOfTargets } from "./commands/targets.ts";
import { findDocument } from "./documents/documents.ts";
import type { SsmSdk } from "./operation.ts";
import { type Parameter, parameterArn, parameterRef, readSelector } from "./parameters/parameter.ts";

/** As identity keeps roles. */
const ROLE_KIND = "iam.role";

const need = (operation: string, resource: string, keys?: Need["keys"]): Need => ({
  action: `ssm:${operation}`,
  resource,
  ...(keys !== undefined && { keys }),
});
const anywhere = (operation: string) => () => need(operation, "*");

/** A role that the caller may not pass would lend its rights to a host that the caller has. */
function passRole(state: State, { account }: Call, named: string): Need {
  const name = named.slice(named.lastIndexOf("/") + 1);
  const role = state.get<Role>({ kind: ROLE_KIND, account, region: "", key: keyOfName(name) })?.document;
  return {
    action: "iam:PassRole",
    resource: roleArn(account, role ?? { path: "/", name }),
    keys: { "iam:PassedToService": "ssm.amazonaws.com" },
  };
}

type Tags = Parameters<typeof requestTags>[0];

/** Whoever tags what it makes needs the right to tag as well. */
function tagged(made: Need, tags: Tags): readonly Need[] {
  const keys = requestTags(tags);
  if (Object.keys(keys).length === 0) return [made];
  const withTags = { ...made, keys: { ...made.keys, ...keys } };
  return [withTags, { ...withTags, action: "ssm:AddTagsToResource" }];
}

/** Older policies of Systems Manager name tags by a key of its own. */
const tagFacts = (account: string, tags: Readonly<Record<string, string>>): ResourceFacts => ({
  account,
  tags,
  keys: Object.fromEntries(Object.entries(tags).map(([key, value]) => [`ssm:resourceTag/${key}`, value])),
});

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
export const ssmAccess = (deps: {
  readonly state: State;
  readonly fleet: Pick<Fleet, "find" | "list">;
}): ServiceAccess =>
  serviceAccess<SsmSdk>(
    {
      AddTagsToResource: (input, call) =>
        need("AddTagsToResource", taggedArn(call, input.ResourceType, input.ResourceId), requestTags(input.Tags)),
      CancelCommand: anywhere("CancelCommand"),
      CreateActivation: (input, call) => [
        ...tagged(need("CreateActivation", "*"), input.Tags),
        passRole(deps.state, call, input.IamRole),
      ],
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
        tagged(
          need("PutParameter", parameterArn(call, readSelector(call, input.Name).name), {
            "ssm:Overwrite": String(input.Overwrite ?? false),
          }),
          input.Tags,
        ),
      RemoveTagsFromResource: (input, call) =>
        need("RemoveTagsFromResource", taggedArn(call, input.ResourceType, input.ResourceId), tagKeys(input.TagKeys)),
      // The document, and every host that it reaches. Targets that reach none are asked for as all hosts.
      SendCommand: (input, call) => {
        const reached = (input.Targets ?? []).length === 0 ? [] : hostsOfTargets(input, call, deps.fleet);
        const ids = [...(input.InstanceIds ?? []), ...reached.map(({ ref }) => ref.key)];
        const hosts = ids.map((id) => hostArn(call, id));
        if (hosts.length === 0) hosts.push(`arn:aws:ssm:${call.region}:${call.account}:managed-instance/*`);
        return [documentArn(call, input.DocumentName), ...hosts].map((arn) => need("SendCommand", arn));
      },
      UnlabelParameterVersion: ofParameter("UnlabelParameterVersion"),
      UpdateManagedInstanceRole: (input, call) => [
        ofHost("UpdateManagedInstanceRole")(input, call),
        passRole(deps.state, call, input.IamRole),
      ],
    },
    {
      resource(arn, call) {
        const parameter = /:parameter(\/.+)$/.exec(arn)?.[1];
        if (parameter !== undefined) {
          const found =
            deps.state.get<Parameter>(parameterRef(call, parameter)) ??
            deps.state.get<Parameter>(parameterRef(call, parameter.slice(1)));
          return found && tagFacts(call.account, found.document.tags);
        }
        const id = /:(?:managed-instance|instance)\/(m?i-[0-9a-f]{17})$/.exec(arn)?.[1];
        const host = id === undefined ? undefined : deps.fleet.find(call, id);
        return host && tagFacts(call.account, host.document.tags);
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
