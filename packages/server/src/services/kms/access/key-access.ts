import type { AccessQuestion, Authority } from "../../../platform/access/authority.ts";
import type { ResourceFacts } from "../../../platform/access/need.ts";
import { EVERYTHING, requesterOf, withOwnPolicies } from "../../../platform/access/requester.ts";
import { resourcePolicies } from "../../../platform/access/resource-policies.ts";
import type { Resource, State } from "../../../platform/state/state.ts";
import { aliasesOf } from "../aliases/aliases.ts";
import type { EncryptionContext } from "../crypto/encryption-context.ts";
import { allows, grantIdOf, grantsOf } from "../grants/grant.ts";
import { arnOfKey, type KmsKey } from "../keys/key.ts";
import type { Caller } from "../operation.ts";

/** What a request says of itself, for conditions of policies and constraints of grants. */
export interface KeyUse {
  /** The alias by which the request named the key. */
  readonly alias?: string | undefined;
  readonly encryptionContext?: EncryptionContext | undefined;
  /** Taken and not needed: grants are in force at once. */
  readonly grantTokens?: readonly string[] | undefined;
  /** Further condition keys. */
  readonly conditions?: Conditions;
}

export type Conditions = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Decides who may do what with which key. Every operation asks it before it does anything; what is not allowed throws. */
export interface KeyAccess {
  /** For one key: its policy, its grants, and the caller's own policies where the key policy lets them count. */
  require(caller: Caller, key: Resource<KmsKey>, action: string, use: KeyUse): void;
  /** For what belongs to no key, such as ListKeys and GenerateRandom: the caller's own policies alone. */
  requireForAccount(caller: Caller, action: string, conditions?: Conditions): void;
  /** For a resource without a policy of its own, such as an alias. */
  requireByIdentity(caller: Caller, action: string, resource: string): void;
  /** Whether the caller might put a policy again after this one was put. */
  couldPutPolicy(caller: Caller, keyArn: string, policy: string): boolean;
  /** The ARNs that name a caller in policies and grants: its own, and for a session of a role the role's. */
  principalsOf(caller: Caller): readonly string[];
}

export function createKeyAccess({
  state,
  authority,
}: {
  readonly state: State;
  readonly authority: Authority;
}): KeyAccess {
  const policies = resourcePolicies();

  const requireByIdentity = (caller: Caller, name: string, resource: string, conditions: Conditions): void => {
    const answer = authority.ask(questionOf(caller, `kms:${name}`, resource, conditions, undefined));
    if (!answer.allowed) throw caller.refuse("AccessDeniedException", answer.message);
  };

  return {
    require(caller, key, name, use) {
      const arn = arnOfKey(key);
      const question = questionOf(caller, `kms:${name}`, arn, keysOf(state, key, use), {
        account: key.ref.account,
        policy: policies.compile(key.document.policy, arn),
        policyRequired: true,
        tags: key.document.tags,
      });
      const answer = authority.weigh(question);
      const grantUse = {
        principals: principalsOf(caller),
        action: name,
        encryptionContext: use.encryptionContext,
        sourceArn: caller.sourceArn,
      };
      // What a policy denies no grant allows.
      const grant =
        answer.allowed || answer.decision.outcome === "explicit-deny"
          ? undefined
          : grantsOf(state, key).find((one) => allows(one, grantUse));
      if (grant !== undefined) {
        authority.noteAllowed(question, `grant ${grantIdOf(grant)}`);
        return;
      }
      authority.note(question, answer);
      if (!answer.allowed) throw caller.refuse("AccessDeniedException", answer.message);
    },
    requireForAccount: (caller, name, conditions = {}) => requireByIdentity(caller, name, "*", conditions),
    requireByIdentity: (caller, name, resource) => requireByIdentity(caller, name, resource, {}),
    couldPutPolicy(caller, arn, policy) {
      const { principal, account } = caller;
      // Whether the key policy leaves a way, whatever the caller's own policies say now.
      const question = questionOf(
        caller,
        "kms:PutKeyPolicy",
        arn,
        {},
        {
          account,
          policy: policies.compile(policy, `${arn} (new)`),
          policyRequired: true,
        },
      );
      return authority.weigh({ ...question, principal: withOwnPolicies(principal, account, EVERYTHING) }).allowed;
    },
    principalsOf,
  };
}

function principalsOf({ principal, account }: Caller): readonly string[] {
  const requester = requesterOf(principal, account);
  return requester.kind === "role-session" ? [requester.arn, requester.roleArn] : [principal.arn];
}

/** KMS's keys that every request has, and what the request says of itself (KMS developer guide, "AWS KMS condition keys"). */
function questionOf(
  caller: Caller,
  action: string,
  resource: string,
  conditions: Conditions,
  facts: ResourceFacts | undefined,
): AccessQuestion {
  const { account, region, principal, requestId, via, sourceArn } = caller;
  return {
    account,
    region,
    principal,
    requestId,
    via,
    sourceArn,
    sourceIp: caller.conditions["aws:SourceIp"],
    userAgent: caller.conditions["aws:UserAgent"],
    need: {
      action,
      resource,
      keys: {
        "kms:CallerAccount": account,
        "kms:ViaService": via === undefined ? undefined : `${via}.${region}.amazonaws.com`,
        ...conditions,
      },
    },
    facts,
  };
}

function keysOf(state: State, key: Resource<KmsKey>, use: KeyUse): Conditions {
  const { spec, usage } = key.document;
  const context = Object.entries(use.encryptionContext ?? {});
  return {
    "kms:KeySpec": spec,
    "kms:KeyUsage": usage,
    "kms:KeyOrigin": "AWS_KMS",
    "kms:MultiRegion": "false",
    "kms:RequestAlias": use.alias,
    "kms:ResourceAliases": aliasesOf({ state }, key).map(({ ref }) => ref.key),
    "kms:EncryptionContextKeys": context.map(([name]) => name),
    ...Object.fromEntries(context.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    ...use.conditions,
  };
}
