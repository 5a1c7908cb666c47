import type { OrganizationsCall, OrganizationsOperation } from "./operation.ts";
import { accountAnswer, requireManagement } from "./organization.ts";

/** What AWS gives at a time (Organizations API, MaxResults). */
const PAGE = 20;

interface Paging {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** A page in the order of ids; a token holds the last id of the page before. */
export function pageOf<T>(
  call: OrganizationsCall,
  { NextToken, MaxResults = PAGE }: Paging,
  list: readonly T[],
  idOf: (item: T) => string,
): { readonly items: readonly T[]; readonly end: { readonly NextToken?: string } } {
  const after = Buffer.from(NextToken ?? "", "base64url").toString("utf8");
  if (NextToken !== undefined && (after === "" || Buffer.from(after).toString("base64url") !== NextToken)) {
    throw call.error("InvalidInputException", "You specified an invalid value.", { Reason: "INVALID_NEXT_TOKEN" });
  }
  const rest = list.filter((item) => idOf(item) > after);
  const items = rest.slice(0, MaxResults);
  const last = items.at(-1);
  if (rest.length <= MaxResults || last === undefined) return { items, end: {} };
  return { items, end: { NextToken: Buffer.from(idOf(last)).toString("base64url") } };
}

export const listAccounts: OrganizationsOperation<"ListAccounts"> = async (input, call, deps) => {
  requireManagement(deps, call);
  const { items, end } = pageOf(call, input, deps.directory.accounts.list(""), ({ ref }) => ref.key);
  return { Accounts: items.map(({ document }) => accountAnswer(deps, document)), ...end };
};

export const describeAccount: OrganizationsOperation<"DescribeAccount"> = async (input, call, deps) => {
  requireManagement(deps, call);
  const account = deps.directory.accounts.get("", input.AccountId);
  if (account === undefined) {
    throw call.error("AccountNotFoundException", "You specified an account that doesn't exist.");
  }
  return { Account: accountAnswer(deps, account.document) };
};
