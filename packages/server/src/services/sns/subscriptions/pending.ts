import { randomBytes } from "node:crypto";
import type { Change, ResourceRef, State } from "../../../platform/state/state.ts";
import {
  removalChanges,
  SUBSCRIPTION_KIND,
  type Subscription,
  TOKEN_KIND,
  type Token,
  tokenHash,
  tokenRef,
} from "./subscription.ts";

/** So long a token confirms; then a subscription that was not confirmed goes. */
export const TOKEN_LIFE_MS = 3 * 86_400_000;
/** Nobody guesses 64 random bytes. AWS's tokens are hex too. */
const TOKEN_BYTES = 64;

/** A new token for a subscription, with what keeps it. Only its hash is kept. */
export function makeToken(
  ref: ResourceRef,
  now: number,
): { token: string; pending: NonNullable<Subscription["pending"]>; change: Change } {
  const token = randomBytes(TOKEN_BYTES).toString("hex");
  const hash = tokenHash(token);
  const document: Token = {
    account: ref.account,
    region: ref.region,
    subscription: ref.key,
    expiresAt: now + TOKEN_LIFE_MS,
  };
  return {
    token,
    pending: { tokenHash: hash, expiresAt: document.expiresAt },
    change: { put: tokenRef(hash), document, expect: "absent" },
  };
}

const PAGE = 500;

/** Removes tokens whose time is over, and the subscriptions that nobody confirmed in time. */
export async function removeExpired(state: State, now: number, signal: AbortSignal): Promise<void> {
  for (let after: ResourceRef | undefined; !signal.aborted; ) {
    const page = state.scan<Token>(TOKEN_KIND, after, PAGE);
    const changes = page
      .filter(({ document }) => document.expiresAt <= now)
      .map(({ ref }): Change => ({ remove: ref, expect: "any" }));
    if (changes.length > 0) await state.commit({ cause: { action: "job:sns-clean-up" }, changes });
    after = page.at(-1)?.ref;
    if (page.length < PAGE) break;
  }
  for (let after: ResourceRef | undefined; !signal.aborted; ) {
    const page = state.scan<Subscription>(SUBSCRIPTION_KIND, after, PAGE);
    for (const subscription of page) {
      const { pending } = subscription.document;
      if (pending === undefined || pending.expiresAt > now) continue;
      // One that is confirmed at this moment conflicts, and stays.
      await state
        .commit({ cause: { action: "job:sns-clean-up" }, changes: removalChanges(subscription) })
        .catch((error: unknown) => {
          if (!(error instanceof Error && error.name === "VersionConflict")) throw error;
        });
    }
    after = page.at(-1)?.ref;
    if (page.length < PAGE) break;
  }
}
