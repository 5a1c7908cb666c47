import type { ResourceRef, State } from "../../../platform/state/state.ts";
import type { PublicAccessBlock } from "../access/public-access.ts";

const KIND = "s3.account-public-access";

/** The public access block of an account, which holds for all of its buckets. */
export const accountBlockRef = (account: string): ResourceRef => ({ kind: KIND, account, region: "", key: "block" });

export interface AccountBlocks {
  of(account: string): PublicAccessBlock | undefined;
}

/** Accounts of an installation that have buckets. Past it all are forgotten, and read again when they are needed. */
const MAX_KNOWN = 1_000;

/** Finds the blocks of accounts; each decision about a bucket asks for one. */
export function accountBlocks(state: State): AccountBlocks {
  const known = new Map<string, PublicAccessBlock | undefined>();
  state.onCommit(({ changes }) => {
    for (const { ref } of changes) if (ref.kind === KIND) known.delete(ref.account);
  });
  return {
    of(account) {
      if (known.has(account)) return known.get(account);
      const found = state.get<PublicAccessBlock>(accountBlockRef(account))?.document;
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(account, found);
      return found;
    },
  };
}
