import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";
import type { LogsCall } from "../operation.ts";

/** Most lookup tables of an account in a region (user guide, "lookup"). */
export const MAX_LOOKUP_TABLES = 100;

/** A lookup table as it is kept; what it holds is an object of the object store. */
export interface LookupTable {
  /** Names the object with its CSV text; every update has a new one. */
  readonly contentId: string;
  readonly description?: string;
  readonly kmsKeyId?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The columns, from the first row. */
  readonly tableFields: readonly string[];
  /** Rows without the first. */
  readonly recordsCount: number;
  /** Bytes of the text in UTF-8. */
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly lastUpdatedTime: number;
}

export const LOOKUP_TABLE_KIND = "logs.lookup-table";

export function lookupTableRef(scope: Scope, name: string): ResourceRef {
  return { kind: LOOKUP_TABLE_KIND, account: scope.account, region: scope.region, key: name };
}

export function findLookupTable(state: State, scope: Scope, name: string): Resource<LookupTable> | undefined {
  return state.get<LookupTable>(lookupTableRef(scope, name));
}

export function lookupTableArn(scope: Scope, name: string): string {
  return `arn:aws:logs:${scope.region}:${scope.account}:lookup-table:${name}`;
}

const ARN = /^arn:aws[a-zA-Z-]*:logs:([a-z0-9-]+):(\d{12}):lookup-table:([a-zA-Z0-9_]{1,256})$/;

/** An ARN's parts, or undefined if the text is no lookup table's ARN. */
export function parseLookupTableArn(text: string): { scope: Scope; name: string } | undefined {
  const [, region, account, name] = ARN.exec(text) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return { scope: { region, account }, name };
}

/** The table of an ARN, within the caller's account and region. */
export function requireLookupTable(state: State, call: LogsCall, arn: string): Resource<LookupTable> {
  const parsed = parseLookupTableArn(arn);
  if (parsed === undefined) {
    throw call.error("InvalidParameterException", `The lookup table ARN ${arn} is not valid.`);
  }
  const { scope, name } = parsed;
  const own = scope.account === call.account && scope.region === call.region;
  const table = own ? findLookupTable(state, call, name) : undefined;
  if (table === undefined) throw call.error("ResourceNotFoundException", "The specified lookup table does not exist.");
  return table;
}
