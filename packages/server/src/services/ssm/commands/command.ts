import type { Scope } from "../../../platform/fleet/host.ts";
import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";

/** A command as it was sent. What becomes of it on each host is in its invocations. */
export interface Command {
  readonly documentName: string;
  readonly documentVersion: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** What the request named. */
  readonly instanceIds: readonly string[];
  readonly targets: readonly { readonly Key: string; readonly Values: readonly string[] }[];
  /** The hosts that it goes to, in this order. */
  readonly hosts: readonly string[];
  readonly comment: string;
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  readonly timeoutSeconds: number;
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  readonly expiresAt: number;
  readonly cancelled: boolean;
  /** Told once, when nothing of it goes on any more. */
  readonly done?: CommandState;
}

export type CommandStatus = "Pending" | "InProgress" | "Success" | "Cancelled" | "Failed" | "TimedOut" | "Cancelling";

export interface CommandState {
  readonly status: CommandStatus;
  readonly details: string;
  readonly completed: number;
  readonly errors: number;
  readonly deliveryTimedOut: number;
}

/** A command on one host. */
export interface Invocation {
  readonly status: CommandStatus;
  readonly details: string;
  readonly requestedAt: number;
  /** When its host fetched it first. */
  readonly deliveredAt?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly responseCode: number;
  readonly output: string;
  readonly errorOutput: string;
}

export const COMMAND_KIND = "ssm.command";
/** Commands that go on, for the job that looks after their time. */
export const ACTIVE_KIND = "ssm.active-command";
export const INVOCATION_KIND = "ssm.invocation";
/** What a host has still to do, or to be told. */
export const WAITING_KIND = "ssm.waiting-invocation";

const refOf = (kind: string, { account, region }: Scope, key: string): ResourceRef => ({ kind, account, region, key });
export const commandRef = (scope: Scope, id: string) => refOf(COMMAND_KIND, scope, id);
export const activeRef = (scope: Scope, id: string) => refOf(ACTIVE_KIND, scope, id);
/** By host, then command: a host's history is one range. */
export const invocationRef = (scope: Scope, hostId: string, id: string) =>
  refOf(INVOCATION_KIND, scope, `${hostId}/${id}`);
export const waitingRef = (scope: Scope, hostId: string, id: string) => refOf(WAITING_KIND, scope, `${hostId}/${id}`);

export const commandIdOf = ({ ref }: Resource<Invocation>): string => ref.key.slice(ref.key.indexOf("/") + 1);
export const hostIdOf = ({ ref }: Resource<Invocation>): string => ref.key.slice(0, ref.key.indexOf("/"));

export const isOver = ({ status }: Pick<Invocation, "status">): boolean =>
  status !== "Pending" && status !== "InProgress" && status !== "Cancelling";

/** Failed and timed-out invocations count as errors (user guide, "Using error controls"). */
export const isError = ({ status }: Pick<Invocation, "status">): boolean =>
  status === "Failed" || status === "TimedOut";

export const invocationsOf = (state: State, command: Resource<Command>): Resource<Invocation>[] =>
  command.document.hosts.flatMap(
    (host) => state.get<Invocation>(invocationRef(command.ref, host, command.ref.key)) ?? [],
  );

/** `10`, or `50%` of the targets, rounded up so that one at least may run. */
export function amountOf(text: string, targets: number): number {
  return text.endsWith("%") ? Math.ceil((targets * Number(text.slice(0, -1))) / 100) : Number(text);
}

/** More errors than this stop a command: a share is rounded down, so that 10% of nine hosts allows none. */
export const errorsAllowed = ({ maxErrors, hosts }: Command): number =>
  maxErrors.endsWith("%") ? Math.floor((hosts.length * Number(maxErrors.slice(0, -1))) / 100) : Number(maxErrors);

/** What a command is as a whole (user guide, "Understanding command statuses"). */
export function stateOf(command: Command, invocations: readonly Invocation[]): CommandState {
  if (command.done !== undefined) return command.done;
  const completed = invocations.filter(isOver).length;
  const errors = invocations.filter(isError).length;
  const deliveryTimedOut = invocations.filter(({ details }) => details === "DeliveryTimedOut").length;
  const counts = { completed, errors, deliveryTimedOut };
  const as = (status: CommandStatus, details: string = status): CommandState => ({ status, details, ...counts });
  if (command.hosts.length === 0) return as("Success", "NoInstancesInTag");
  if (completed < invocations.length) {
    if (command.cancelled) return as("Cancelling");
    return as(invocations.every(({ status }) => status === "Pending") ? "Pending" : "InProgress");
  }
  if (command.cancelled) return as("Cancelled");
  if (invocations.every(({ status }) => status === "Success")) return as("Success");
  if (errors > errorsAllowed(command)) {
    const late = invocations.filter(isError).every(({ status }) => status === "TimedOut");
    if (!late) return as("Failed");
    return as("TimedOut", deliveryTimedOut === errors ? "DeliveryTimedOut" : "ExecutionTimedOut");
  }
  return as("Failed", "Incomplete");
}
