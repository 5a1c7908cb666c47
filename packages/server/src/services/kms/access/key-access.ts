import type { Principal } from "@nephoscope/wire";
import type { Resource, State } from "../../../platform/state/state.ts";
import { aliasesOf } from "../aliases/aliases.ts";
import type { EncryptionContext } from "../crypto/encryption-context.ts";
import { allows, grantsOf } from "../grants/grant.ts";
import { arnOfKey, type KmsKey } from "../keys/key.ts";
import type { Caller } from "../operation.ts";
import { askPolicy, type KeyPolicy, readKeyPolicy } from "../policies/key-policy.ts";

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

/** What the policies of users, groups and roles say; the key policy decides whether they count. */
export type IdentityRuling = (question: {
  readonly principal: Principal;
  readonly account: string;
  /** Such as `kms:Decrypt`. */
  readonly action: string;
  readonly resource: string;
  readonly conditions: Conditions;
}) => "allow" | "deny" | "nothing";

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
  identity,
}: {
  readonly state: State;
  readonly identity: IdentityRuling;
}): KeyAccess {
  // Reading a policy costs more than asking it. Keys are few; one that is gone leaves its entry to the next that is full.
  const read = new Map<string, { readonly text: string; readonly policy: KeyPolicy }>();
  const policyOf = (arn: string, text: string): KeyPolicy => {
    const known = read.get(arn);
    if (known?.text === text) return known.policy;
    if (read.size >= MAX_READ) read.clear();
    const policy = readKeyPolicy(text);
    read.set(arn, { text, policy });
    return policy;
  };

  const byIdentity = (caller: Caller, action: string, resource: string, conditions: Conditions) =>
    identity({ principal: caller.principal, account: caller.account, action, resource, conditions });

  const requireByIdentity = (caller: Caller, name: string, resource: string, conditions: Conditions): void => {
    const action = `kms:${name}`;
    const ruling = byIdentity(caller, action, resource, { ...globals(caller), ...conditions });
    if (ruling === "allow") return;
    throw denied(caller, action, resource, ruling === "deny" ? EXPLICIT_IDENTITY : NO_IDENTITY);
  };

  return {
    require(caller, key, name, use) {
      const action = `kms:${name}`;
      const arn = arnOfKey(key);
      const conditions = conditionsOf(state, caller, key, use);
      const question = { ...questionOf(caller, action, arn), values: valuesOf(conditions) };
      const answer = askPolicy(policyOf(arn, key.document.policy), question);
      if (answer === "deny") throw denied(caller, action, arn, EXPLICIT_RESOURCE);
      const own = byIdentity(caller, action, arn, conditions);
      if (own === "deny") throw denied(caller, action, arn, EXPLICIT_IDENTITY);
      // Within an account the key policy alone is enough; from another one both must allow.
      const foreign = caller.account !== key.ref.account;
      if (answer === "principal" && (!foreign || own === "allow")) return;
      if (answer === "account" && own === "allow") return;
      const grantUse = {
        principals: principalsOf(caller),
        action: name,
        encryptionContext: use.encryptionContext,
        sourceArn: caller.sourceArn,
      };
      if (grantsOf(state, key).some((grant) => allows(grant, grantUse))) return;
      throw denied(caller, action, arn, answer === "nothing" ? NO_RESOURCE : NO_IDENTITY);
    },
    requireForAccount: (caller, name, conditions = {}) => requireByIdentity(caller, name, "*", conditions),
    requireByIdentity: (caller, name, resource) => requireByIdentity(caller, name, resource, {}),
    couldPutPolicy(caller, arn, policy) {
      const answer = askPolicy(readKeyPolicy(policy), {
        ...questionOf(caller, "kms:PutKeyPolicy", arn),
        values: valuesOf(globals(caller)),
      });
      return answer === "principal" || answer === "account";
    },
    principalsOf,
  };
}

/** More keys than a busy server works with at a time. */
const MAX_READ = 10_000;

const NO_RESOURCE = (action: string) => `because no resource-based policy allows the ${action} action`;
const NO_IDENTITY = (action: string) => `because no identity-based policy allows the ${action} action`;
const EXPLICIT_RESOURCE = () => "with an explicit deny in a resource-based policy";
const EXPLICIT_IDENTITY = () => "with an explicit deny in an identity-based policy";

const denied = (caller: Caller, action: string, resource: string, why: (action: string) => string): Error =>
  caller.refuse(
    "AccessDeniedException",
    `User: ${caller.principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${why(action)}`,
  );

function principalsOf({ principal }: Caller): readonly string[] {
  const session = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(principal.arn);
  return session === null
    ? [principal.arn]
    : [principal.arn, `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`];
}

const questionOf = (caller: Caller, action: string, resource: string) => ({
  account: caller.account,
  principals: principalsOf(caller),
  service: caller.principal.type === "AWSService" ? caller.principal.arn : undefined,
  action,
  resource,
});

/** Condition keys that every request has (IAM user guide, "AWS global condition context keys"). */
function globals({ account, region, principal, conditions, via, sourceArn }: Caller): Conditions {
  return {
    ...conditions,
    "aws:PrincipalArn": principal.arn,
    "aws:PrincipalAccount": account,
    "aws:PrincipalType": principal.type,
    "aws:username": principal.userName,
    "aws:RequestedRegion": region,
    "aws:SourceArn": sourceArn,
    "kms:CallerAccount": account,
    "kms:ViaService": via === undefined ? undefined : `${via}.${region}.amazonaws.com`,
  };
}

/** KMS's own condition keys (KMS developer guide, "AWS KMS condition keys"). */
function conditionsOf(state: State, caller: Caller, key: Resource<KmsKey>, use: KeyUse): Conditions {
  const { spec, usage, tags } = key.document;
  const context = Object.entries(use.encryptionContext ?? {});
  return {
    ...globals(caller),
    "kms:KeySpec": spec,
    "kms:KeyUsage": usage,
    "kms:KeyOrigin": "AWS_KMS",
    "kms:MultiRegion": "false",
    "kms:RequestAlias": use.alias,
    "kms:ResourceAliases": aliasesOf({ state }, key).map(({ ref }) => ref.key),
    "kms:EncryptionContextKeys": context.map(([name]) => name),
    ...Object.fromEntries(context.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`aws:ResourceTag/${name}`, value])),
    ...use.conditions,
  };
}

/** Names of condition keys have no case. */
function valuesOf(conditions: Conditions): (key: string) => readonly string[] | undefined {
  const values = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(conditions)) {
    if (value !== undefined) values.set(name.toLowerCase(), typeof value === "string" ? [value] : value);
  }
  return (key) => values.get(key.toLowerCase());
}
