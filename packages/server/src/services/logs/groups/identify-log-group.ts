import type { Resource, State } from "../../../platform/state/state.ts";
import type { LogsCall } from "../operation.ts";
import { findLogGroup, type LogGroup, type Scope } from "./log-group.ts";

const ARN = /^arn:aws[a-zA-Z-]*:logs:([a-z0-9-]+):(\d{12}):log-group:([^:*]+)(:\*)?$/;

/** An ARN's parts, or undefined if the text is no log group's ARN. */
export function parseLogGroupArn(text: string): { scope: Scope; name: string } | undefined {
  const match = ARN.exec(text);
  const [, region, account, name] = match ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return { scope: { region, account }, name };
}

/** The name that an identifier (name or ARN) stands for, if it is within the caller's account and region. */
export function nameOfIdentifier(identifier: string, call: LogsCall): string {
  if (!identifier.startsWith("arn:")) return identifier;
  const arn = parseLogGroupArn(identifier);
  if (arn === undefined) {
    throw call.error("InvalidParameterException", `The log group ARN ${identifier} is not valid.`);
  }
  if (arn.scope.account !== call.account || arn.scope.region !== call.region) {
    throw call.error("ResourceNotFoundException", "The specified log group does not exist.");
  }
  return arn.name;
}

/** The group that a call names by `logGroupName` or `logGroupIdentifier`: exactly one of the two. */
export function requireLogGroup(
  state: State,
  call: LogsCall,
  named: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
): Resource<LogGroup> {
  if (named.logGroupName !== undefined && named.logGroupIdentifier !== undefined) {
    throw call.error("ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters.");
  }
  const identifier = named.logGroupName ?? named.logGroupIdentifier;
  if (identifier === undefined) {
    throw call.error("InvalidParameterException", "Either logGroupName or logGroupIdentifier must be given.");
  }
  const group = findLogGroup(state, call, nameOfIdentifier(identifier, call));
  if (group === undefined) throw call.error("ResourceNotFoundException", "The specified log group does not exist.");
  return group;
}
