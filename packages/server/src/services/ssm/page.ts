/** A token holds the key of its page's last item. */
export const makePageToken = (key: string): string => Buffer.from(key).toString("base64url");

/** The key after which a page begins; "" for the first. `refuse` makes the error of a token that none of ours is. */
export function readPageToken(token: string | undefined, refuse: (message: string) => Error): string {
  const key = Buffer.from(token ?? "", "base64url").toString("utf8");
  if (token !== undefined && (key === "" || makePageToken(key) !== token))
    throw refuse("The specified token is not valid.");
  return key;
}

export interface Page<T> {
  readonly items: T[];
  readonly NextToken?: string;
}

/** The items behind the token, at most `limit`, of a list that is in the order of its keys (ascending unless told otherwise). */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  { after, limit, descending = false }: { after: string; limit: number; descending?: boolean },
): Page<T> {
  const rest = after === "" ? all : all.filter((item) => (descending ? keyOf(item) < after : keyOf(item) > after));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return rest.length > limit && last !== undefined ? { items, NextToken: makePageToken(keyOf(last)) } : { items };
}
