import type * as Ssm from "@aws-sdk/client-ssm";
import { type AllOf, allPages } from "../../api/all-pages.ts";
import { CallError } from "../../api/call-error.ts";
import type { Json } from "../../api/json-types.ts";
import { ssm } from "../ssm.ts";

export type Command = Json<Ssm.Command>;
export type Invocation = Json<Ssm.CommandInvocation>;

/** As many as the lists give at once. */
const PAGE = 50;

/** Commands, the newest first. */
export const allCommands = (signal: AbortSignal): Promise<AllOf<Command>> =>
  allPages(async (NextToken) => {
    const page = await ssm("ListCommands", { MaxResults: PAGE, ...(NextToken !== undefined && { NextToken }) }, signal);
    return { items: page.Commands ?? [], next: page.NextToken };
  });

export async function commandOf(CommandId: string, signal: AbortSignal): Promise<Command> {
  const { Commands = [] } = await ssm("ListCommands", { CommandId }, signal);
  const [command] = Commands;
  if (command === undefined) {
    throw new CallError("ResourceNotFoundException", `There is no command ${CommandId} in this region.`, {
      status: 400,
    });
  }
  return command;
}

/** What became of commands on hosts: of one command, or on one host. */
export const invocationsOf = (
  of: { readonly CommandId: string } | { readonly InstanceId: string },
  signal: AbortSignal,
): Promise<AllOf<Invocation>> =>
  allPages(async (NextToken) => {
    const page = await ssm(
      "ListCommandInvocations",
      { ...of, MaxResults: PAGE, ...(NextToken !== undefined && { NextToken }) },
      signal,
    );
    return { items: page.CommandInvocations ?? [], next: page.NextToken };
  });
