import type { Resource } from "../../../platform/state/state.ts";
import { findDocument } from "../documents/documents.ts";
import { requireHost } from "../instances/instances.ts";
import type { SsmCall, SsmDeps, SsmInput, SsmOperation, SsmOutput } from "../operation.ts";
import { pageOf, readPageToken } from "../page.ts";
import {
  COMMAND_KIND,
  type Command,
  commandIdOf,
  commandRef,
  hostIdOf,
  INVOCATION_KIND,
  type Invocation,
  invocationRef,
  invocationsOf,
} from "./command.ts";
import { commandOutput } from "./show-command.ts";

const PAGE = 50;
/** The first so many characters of an output (API reference, CommandPlugin). */
const PLUGIN_OUTPUT = 2_500;

type Filters = NonNullable<SsmInput<"ListCommands">["Filters"]>;

export const listCommands: SsmOperation<"ListCommands"> = async (input, call, deps) => {
  const { state } = deps;
  if (input.InstanceId !== undefined) requireHost(deps, call, input.InstanceId);
  const candidates =
    input.CommandId === undefined
      ? state.list<Command>({ kind: COMMAND_KIND, account: call.account, region: call.region, descending: true })
      : [requireCommand(deps, call, input.CommandId)];
  const passes = filterOf(call, input.Filters ?? []);
  const all = candidates
    .filter(({ document }) => input.InstanceId === undefined || document.hosts.includes(input.InstanceId))
    .map(({ ref, document }) => commandOutput(state, call, ref.key, document))
    .filter(({ Status, StatusDetails, DocumentName, RequestedDateTime }) =>
      passes({
        status: Status ?? "",
        details: StatusDetails ?? "",
        document: DocumentName ?? "",
        at: RequestedDateTime?.getTime() ?? 0,
      }),
    );
  const after = readPageToken(input.NextToken, (message) => call.error("InvalidNextToken", message));
  const { items, ...next } = pageOf(all, ({ CommandId = "" }) => CommandId, {
    after,
    limit: input.MaxResults ?? PAGE,
    descending: true,
  });
  return { Commands: items, ...next };
};

export const listCommandInvocations: SsmOperation<"ListCommandInvocations"> = async (input, call, deps) => {
  const { state } = deps;
  if (input.InstanceId !== undefined) requireHost(deps, call, input.InstanceId);
  const passes = filterOf(call, input.Filters ?? []);
  const found =
    input.CommandId === undefined
      ? state.list<Invocation>({
          kind: INVOCATION_KIND,
          account: call.account,
          region: call.region,
          ...(input.InstanceId !== undefined && { prefix: `${input.InstanceId}/` }),
        })
      : invocationsOf(state, requireCommand(deps, call, input.CommandId)).filter(
          (one) => input.InstanceId === undefined || hostIdOf(one) === input.InstanceId,
        );
  // Newest first, then by host.
  const keyOf = (one: Resource<Invocation>) => `${commandIdOf(one)}/${hostIdOf(one)}`;
  const all = found
    .flatMap((one) => {
      const command = state.get<Command>(commandRef(call, commandIdOf(one)));
      return command === undefined ? [] : [{ one, command: command.document, key: keyOf(one) }];
    })
    .filter(({ one: { document }, command }) =>
      passes({
        status: document.status,
        details: document.details,
        document: command.documentName,
        at: command.requestedAt,
      }),
    )
    .sort((a, b) => (a.key < b.key ? 1 : -1));
  const after = readPageToken(input.NextToken, (message) => call.error("InvalidNextToken", message));
  const { items, ...next } = pageOf(all, ({ key }) => key, {
    after,
    limit: input.MaxResults ?? PAGE,
    descending: true,
  });
  return {
    CommandInvocations: items.map(({ one, command }) => ({
      CommandId: commandIdOf(one),
      InstanceId: hostIdOf(one),
      InstanceName: deps.fleet.facts(call, hostIdOf(one)).hostname,
      Comment: command.comment,
      DocumentName: command.documentName,
      DocumentVersion: command.documentVersion,
      RequestedDateTime: new Date(command.requestedAt),
      Status: one.document.status,
      StatusDetails: one.document.details,
      StandardOutputUrl: "",
      StandardErrorUrl: "",
      CommandPlugins: input.Details === true ? [pluginOf(command, one.document)] : [],
      ServiceRole: "",
      NotificationConfig: { NotificationArn: "", NotificationEvents: [], NotificationType: undefined },
      CloudWatchOutputConfig: { CloudWatchLogGroupName: "", CloudWatchOutputEnabled: false },
    })),
    ...next,
  };
};

type Plugin = NonNullable<
  NonNullable<SsmOutput<"ListCommandInvocations">["CommandInvocations"]>[number]["CommandPlugins"]
>[number];

function pluginOf(command: Command, invocation: Invocation): Plugin {
  const text =
    invocation.errorOutput === ""
      ? invocation.output
      : `${invocation.output}\n----------ERROR-------\n${invocation.errorOutput}`;
  return {
    Name: findDocument(command.documentName)?.plugin ?? "",
    // A step has no state of its own for a command that is being cancelled.
    Status: invocation.status === "Cancelling" ? "InProgress" : invocation.status,
    StatusDetails: invocation.details,
    ResponseCode: invocation.responseCode,
    ...(invocation.startedAt !== undefined && { ResponseStartDateTime: new Date(invocation.startedAt) }),
    ...(invocation.endedAt !== undefined && { ResponseFinishDateTime: new Date(invocation.endedAt) }),
    Output: text.slice(0, PLUGIN_OUTPUT),
    StandardOutputUrl: "",
    StandardErrorUrl: "",
    OutputS3Region: "",
    OutputS3BucketName: "",
    OutputS3KeyPrefix: "",
  };
}

export const getCommandInvocation: SsmOperation<"GetCommandInvocation"> = async (input, call, { state }) => {
  const command = state.get<Command>(commandRef(call, input.CommandId));
  const found = state.get<Invocation>(invocationRef(call, input.InstanceId, input.CommandId));
  if (command === undefined || found === undefined) throw call.error("InvocationDoesNotExist", "");
  const plugin = findDocument(command.document.documentName)?.plugin ?? "";
  if (input.PluginName !== undefined && input.PluginName !== plugin)
    throw call.error(
      "InvalidPluginName",
      `The document ${command.document.documentName} has no step ${input.PluginName}.`,
    );
  const { status, details, responseCode, startedAt, endedAt, output, errorOutput } = found.document;
  const time = (at: number | undefined) => (at === undefined ? "" : new Date(at).toISOString());
  return {
    CommandId: input.CommandId,
    InstanceId: input.InstanceId,
    Comment: command.document.comment,
    DocumentName: command.document.documentName,
    DocumentVersion: command.document.documentVersion,
    PluginName: plugin,
    ResponseCode: responseCode,
    ExecutionStartDateTime: time(startedAt),
    ExecutionElapsedTime:
      startedAt === undefined || endedAt === undefined ? "" : `PT${((endedAt - startedAt) / 1_000).toFixed(3)}S`,
    ExecutionEndDateTime: time(endedAt),
    Status: status,
    StatusDetails: details,
    StandardOutputContent: output,
    StandardOutputUrl: "",
    StandardErrorContent: errorOutput,
    StandardErrorUrl: "",
    CloudWatchOutputConfig: { CloudWatchLogGroupName: "", CloudWatchOutputEnabled: false },
  };
};

export function requireCommand({ state }: SsmDeps, call: SsmCall, id: string): Resource<Command> {
  const found = state.get<Command>(commandRef(call, id));
  if (found === undefined) throw call.error("InvalidCommandId", `The command ${id} does not exist.`);
  return found;
}

interface Filterable {
  readonly status: string;
  readonly details: string;
  readonly document: string;
  readonly at: number;
}

function filterOf(call: SsmCall, filters: Filters): (item: Filterable) => boolean {
  const tests = filters.map(({ key, value }): ((item: Filterable) => boolean) => {
    switch (key) {
      case "InvokedAfter":
      case "InvokedBefore": {
        const bound = Date.parse(value);
        if (Number.isNaN(bound))
          throw call.error("InvalidFilterKey", `${key} takes a time such as 2026-11-21T00:00:00Z, not "${value}".`);
        return ({ at }) => (key === "InvokedAfter" ? at > bound : at < bound);
      }
      case "Status":
        return ({ status, details }) => status === value || details === value;
      case "DocumentName":
        return ({ document }) => document === value;
      case "ExecutionStage":
        if (value !== "Executing" && value !== "Complete")
          throw call.error("InvalidFilterKey", `ExecutionStage is Executing or Complete, not "${value}".`);
        return ({ status }) => ["Pending", "InProgress", "Cancelling"].includes(status) === (value === "Executing");
      default:
        throw call.error("InvalidFilterKey", `The filter key ${String(key)} is not valid.`);
    }
  });
  return (item) => tests.every((passes) => passes(item));
}
