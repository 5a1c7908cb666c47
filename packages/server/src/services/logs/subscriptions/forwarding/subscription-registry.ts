import type { Log } from "../../../../platform/log/log.ts";
import type { CommittedChange, Resource, ResourceRef, State } from "../../../../platform/state/state.ts";
import { SUBSCRIPTION_POLICY_KIND, type SubscriptionPolicy } from "../../account-policies/account-policy.ts";
import {
  findLogGroup,
  LOG_GROUP_KIND,
  type LogGroup,
  type LogGroupName,
  logGroupIdRef,
  type Scope,
} from "../../groups/log-group.ts";
import { type CompiledSubscription, compileSubscription } from "../compile-subscription.ts";
import { listSubscriptionFilters, SUBSCRIPTION_FILTER_KIND, type SubscriptionFilter } from "../subscription-filter.ts";
import type { ArrivalGroup, Subscriptions } from "./forwarder.ts";
import type { Subscription } from "./subscription.ts";

const SCANNED_AT_ONCE = 500;
const NONE: readonly Subscription[] = [];

/** A policy ready to run; its subscription of each group is made when events come for it. */
interface ActivePolicy {
  readonly policy: SubscriptionPolicy;
  readonly compiled: CompiledSubscription;
  readonly excluded: ReadonlySet<string>;
  readonly ofGroups: Map<number, Subscription>;
}

const placeOf = ({ account, region }: Scope) => `${account} ${region}`;

/** Keeps the subscriptions of all groups ready, as they are committed. */
export function subscriptionRegistry(state: State, log: Log): Subscriptions {
  const filters = new Map<number, readonly Subscription[]>();
  /** By account and region. */
  const policies = new Map<string, ActivePolicy>();
  const listeners: Parameters<Subscriptions["onChange"]>[0][] = [];

  /** What could be read when it was put can be read: undefined only for what an older server took. */
  const compile = (scope: Scope, name: string, settings: Parameters<typeof compileSubscription>[0]) => {
    try {
      return compileSubscription(settings, scope);
    } catch (error) {
      log("error", "a subscription can't be read any more", { ...scope, subscription: name, error });
      return undefined;
    }
  };

  const readFilters = (groupId: number): ArrivalGroup | undefined => {
    const group = state.get<LogGroupName>(logGroupIdRef(groupId))?.document;
    const found = group === undefined ? [] : listSubscriptionFilters(state, groupId);
    const ready = found.flatMap(({ document }): Subscription[] => {
      const { id, name, destinationArn, since } = document;
      const compiled = group && compile(group, name, document);
      return compiled ? [{ id, groupId, group, name, destinationArn, since: BigInt(since), compiled }] : [];
    });
    if (ready.length === 0) filters.delete(groupId);
    else filters.set(groupId, ready);
    const logGroupClass = group && findLogGroup(state, group, group.name)?.document.logGroupClass;
    return group && logGroupClass && { ...group, groupId, logGroupClass };
  };

  const readPolicy = ({ ref, document: policy }: Resource<SubscriptionPolicy>) => {
    const compiled = compile(ref, policy.name, policy.settings);
    if (compiled === undefined) policies.delete(placeOf(ref));
    else {
      const excluded = new Set(policy.settings.excluded);
      policies.set(placeOf(ref), { policy, compiled, excluded, ofGroups: new Map() });
    }
  };

  const ofPolicy = ({ logGroupClass, groupId, ...group }: ArrivalGroup): Subscription | undefined => {
    const active = policies.get(placeOf(group));
    if (active === undefined || logGroupClass !== "STANDARD" || active.excluded.has(group.name)) return undefined;
    const known = active.ofGroups.get(groupId);
    if (known !== undefined) return known;
    const { id, name, since, settings } = active.policy;
    const made: Subscription = {
      id,
      groupId,
      group,
      name,
      destinationArn: settings.destinationArn,
      policyLevel: "ACCOUNT_LEVEL_POLICY",
      since: BigInt(since),
      compiled: active.compiled,
    };
    active.ofGroups.set(groupId, made);
    return made;
  };

  const of = (group: ArrivalGroup): readonly Subscription[] => {
    const own = filters.get(group.groupId) ?? NONE;
    const policy = policies.size === 0 ? undefined : ofPolicy(group);
    return policy === undefined ? own : [...own, policy];
  };

  for (const found of pages<SubscriptionFilter>(state, SUBSCRIPTION_FILTER_KIND)) readFilters(found.document.groupId);
  for (const found of pages<SubscriptionPolicy>(state, SUBSCRIPTION_POLICY_KIND)) readPolicy(found);

  state.onCommit(({ changes }) => {
    for (const groupId of new Set(changes.flatMap(groupOfFilter))) {
      const group = readFilters(groupId);
      if (group !== undefined) for (const listener of listeners) listener({ group });
    }
    for (const groupId of changes.flatMap(groupThatIsGone)) {
      filters.delete(groupId);
      for (const { ofGroups } of policies.values()) ofGroups.delete(groupId);
      for (const listener of listeners) listener({ gone: groupId });
    }
    const changed = changes.filter(({ ref }) => ref.kind === SUBSCRIPTION_POLICY_KIND);
    for (const { ref } of changed) {
      const found = state.get<SubscriptionPolicy>(ref);
      if (found === undefined) policies.delete(placeOf(ref));
      else readPolicy(found);
    }
    if (changed.length > 0) for (const listener of listeners) listener({});
  });

  return {
    of,
    *all() {
      for (const own of filters.values()) yield* own;
      if (policies.size === 0) return;
      for (const { ref, document } of pages<LogGroup>(state, LOG_GROUP_KIND)) {
        const { account, region, key: name } = ref;
        const { groupId, logGroupClass } = document;
        const policy = ofPolicy({ account, region, name, groupId, logGroupClass });
        if (policy !== undefined) yield policy;
      }
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
}

function* pages<T>(state: State, kind: string): Generator<Resource<T>> {
  let after: ResourceRef | undefined;
  do {
    const page: Resource<T>[] = state.scan<T>(kind, after, SCANNED_AT_ONCE);
    yield* page;
    after = page.at(-1)?.ref;
  } while (after !== undefined);
}

function groupOfFilter({ ref }: CommittedChange): number[] {
  return ref.kind === SUBSCRIPTION_FILTER_KIND ? [Number(ref.region)] : [];
}

/** A group's number stands under its own reference for as long as the group lives. */
function groupThatIsGone({ ref, after }: CommittedChange): number[] {
  return ref.kind === GROUP_ID_KIND && after === undefined ? [Number(ref.key)] : [];
}

const GROUP_ID_KIND = logGroupIdRef(0).kind;
