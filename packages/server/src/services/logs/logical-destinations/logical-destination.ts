import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";

/** A name under which an account takes in the events of others, or of its own, for something that it owns. */
export interface LogicalDestination {
  readonly targetArn: string;
  readonly roleArn: string;
  /** Which accounts may subscribe; nobody but its own where absent. */
  readonly accessPolicy?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly creationTime: number;
}

export const LOGICAL_DESTINATION_KIND = "logs.destination";

export function logicalDestinationRef({ account, region }: Scope, name: string): ResourceRef {
  return { kind: LOGICAL_DESTINATION_KIND, account, region, key: name };
}

export function logicalDestinationArn({ account, region }: Scope, name: string): string {
  return `arn:aws:logs:${region}:${account}:destination:${name}`;
}

const ARN = /^arn:aws[a-zA-Z-]*:logs:([a-z0-9-]+):(\d{12}):destination:([^:*]{1,512})$/;

/** An ARN's parts, or undefined if the text is no logical destination's. */
export function parseLogicalDestinationArn(text: string): (Scope & { readonly name: string }) | undefined {
  const [, region, account, name] = ARN.exec(text) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return { region, account, name };
}

export function findLogicalDestination(
  state: State,
  { name, ...scope }: Scope & { readonly name: string },
): Resource<LogicalDestination> | undefined {
  return state.get<LogicalDestination>(logicalDestinationRef(scope, name));
}
