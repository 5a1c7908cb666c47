import { againOnConflict } from "../../../platform/state/changes-by-calls.ts";
import type { Cause, Resource, State } from "../../../platform/state/state.ts";
import { causeOf } from "../commit.ts";
import { invalidParameter, type SnsOperation } from "../operation.ts";
import { parseTopicArn, requireTopic } from "../topics/topic.ts";
import { type Subscription, subscriptionRef, type Token, tokenHash, tokenRef, topicNameOf } from "./subscription.ts";

export interface Confirmation {
  readonly topicArn: string;
  readonly token: string;
  /** A signed call confirms, in place of a link. */
  readonly byCall: boolean;
  readonly authenticateOnUnsubscribe: boolean;
}

/** Confirms the subscription of a token and gives it; undefined when the token is not good (any more) for the topic. */
export async function confirm(
  state: State,
  cause: Cause,
  { topicArn, token, byCall, authenticateOnUnsubscribe }: Confirmation,
  now: number,
): Promise<Resource<Subscription> | undefined> {
  const known = state.get<Token>(tokenRef(tokenHash(token)))?.document;
  const place = parseTopicArn(topicArn);
  if (known === undefined || place === undefined || known.expiresAt <= now) return undefined;
  if (
    known.account !== place.account ||
    known.region !== place.region ||
    topicNameOf(known.subscription) !== place.name
  )
    return undefined;
  return againOnConflict(async () => {
    const found = state.get<Subscription>(subscriptionRef(known, known.subscription));
    if (found === undefined) return undefined;
    const { pending } = found.document;
    // Confirmed before: the same answer again. A later token took this one's place: no.
    if (pending === undefined) return found;
    if (pending.tokenHash !== tokenHash(token)) return undefined;
    const document: Subscription = {
      ...found.document,
      pending: undefined,
      confirmedByCall: byCall,
      authenticatesUnsubscribe: authenticateOnUnsubscribe,
    };
    await state.commit({ cause, changes: [{ put: found.ref, document, expect: found.version }] });
    return { ...found, document };
  });
}

export const confirmSubscription: SnsOperation<"ConfirmSubscription"> = async (input, call, deps) => {
  requireTopic(deps, call, input.TopicArn);
  const subscription = await confirm(
    deps.state,
    causeOf(call),
    {
      topicArn: input.TopicArn,
      token: input.Token,
      byCall: true,
      authenticateOnUnsubscribe: input.AuthenticateOnUnsubscribe?.toLowerCase() === "true",
    },
    deps.clock.now(),
  );
  if (subscription === undefined) throw invalidParameter(call, "Token");
  const { account, region, key } = subscription.ref;
  return { SubscriptionArn: `arn:aws:sns:${region}:${account}:${key}` };
};
