import { refuse } from "./operation.ts";

export interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** A page of a list in the order of ids. Without `MaxResults` all of it, as EC2 does. */
export function pageOf<T>(
  all: readonly T[],
  idOf: (item: T) => string,
  { MaxResults, NextToken }: PageRequest,
): { items: T[]; NextToken?: string } {
  const after = Buffer.from(NextToken ?? "", "base64url").toString("utf8");
  if (NextToken !== undefined && (after === "" || Buffer.from(after).toString("base64url") !== NextToken))
    throw refuse(
      "InvalidParameterValue",
      "Invalid value for nextToken. The token is not one that this operation gave.",
    );
  const rest = all.filter((item) => idOf(item) > after).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const items = rest.slice(0, MaxResults ?? rest.length);
  const last = items.at(-1);
  return rest.length > items.length && last !== undefined
    ? { items, NextToken: Buffer.from(idOf(last)).toString("base64url") }
    : { items };
}

/** Those of the ids that a request names; refuses when one is not there. Without ids all. */
export function chosen<T>(
  all: readonly T[],
  idOf: (item: T) => string,
  ids: readonly string[] | undefined,
  missing: (ids: readonly string[]) => Error,
): readonly T[] {
  if (ids === undefined || ids.length === 0) return all;
  const wanted = new Set(ids);
  const found = all.filter((item) => wanted.has(idOf(item)));
  const there = new Set(found.map(idOf));
  const gone = [...wanted].filter((id) => !there.has(id));
  if (gone.length > 0) throw missing(gone);
  return found;
}
