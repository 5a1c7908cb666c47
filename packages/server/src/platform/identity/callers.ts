import {
  type CompiledPolicy,
  NO_POLICIES,
  type PolicySet,
  policySet,
  type Requester,
} from "@nephoscope/languages/iam-policy";
import type { Principal } from "@nephoscope/wire";
import type { Resource } from "../state/state.ts";
import { assumedRoleArn, federatedUserArn, groupArn, roleArn, rootArn, userArn } from "./arns.ts";
import type { Caller, CallerPolicies, CallerSession } from "./caller.ts";
import type { Directory } from "./directory.ts";
import type { PolicyHolder, Role, Tag, User } from "./documents.ts";
import type { PolicySources } from "./policy-sources.ts";
import type { SessionGrant, SessionPolicies } from "./session-token.ts";

/** Makes the callers of calls: who is behind a key, with the policies that hold for it at the moment. */
export interface Callers {
  user(user: Resource<User>, grant?: SessionGrant): Caller;
  root(account: string, grant?: SessionGrant): Caller;
  roleSession(role: Resource<Role>, grant: SessionGrant): Caller;
  /** `user` is undefined where the root user made the session. */
  federatedUser(user: Resource<User> | undefined, grant: SessionGrant): Caller;
  /** Policies of a user with its groups, or of a role, as they are now. */
  policiesOfUser(user: Resource<User>): CallerPolicies;
  policiesOfRole(role: Resource<Role>): CallerPolicies;
}

export function openCallers(directory: Directory, sources: PolicySources): Callers {
  const managed = (arns: readonly string[], kind: "identity" | "boundary" | "session"): CompiledPolicy[] =>
    arns.flatMap((arn) => sources.compileManaged(arn, kind) ?? []);
  const held = (holder: PolicyHolder, arn: string): CompiledPolicy[] => [
    ...Object.entries(holder.inline).map(([name, text]) => sources.compileInline(text, "identity", name, arn)),
    ...managed(holder.attached, "identity"),
  ];
  // A boundary that is gone allows nothing: it must never widen what it was put to narrow.
  const boundaryOf = (arn: string | undefined): PolicySet | undefined =>
    arn === undefined ? undefined : policySet(managed([arn], "boundary"));

  /** Where the account's password policy lets all users change their passwords, it is a policy that they all have. */
  const ownPassword = (account: string, user: User): CompiledPolicy[] => {
    const settings = directory.settings.get(account, "settings")?.document;
    if (settings?.passwordPolicy?.allowUsersToChange !== true) return [];
    const arn = userArn(account, user);
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "iam:ChangePassword", Resource: arn },
    });
    return [sources.compileInline(document, "identity", "AllowUsersToChangePassword", arn)];
  };

  const current = memoByGeneration<CallerPolicies>(directory);
  const policiesOfUser = ({ ref, document }: Resource<User>) =>
    current(document.id, ref.account, () => ({
      identity: policySet([
        ...held(document, userArn(ref.account, document)),
        ...ownPassword(ref.account, document),
        ...document.groups.flatMap((id) => {
          const group = directory.groups.byId(id);
          return group === undefined ? [] : held(group.document, groupArn(ref.account, group.document));
        }),
      ]),
      boundary: boundaryOf(document.boundary),
      session: undefined,
    }));
  const policiesOfRole = ({ ref, document }: Resource<Role>) =>
    current(document.id, ref.account, () => ({
      identity: policySet(held(document, roleArn(ref.account, document))),
      boundary: boundaryOf(document.boundary),
      session: undefined,
    }));

  /** What a session's own policies allow. One grant's are made once, and again when its account's policies change. */
  const sessions = new WeakMap<SessionPolicies, { readonly generation: number; readonly set: PolicySet }>();
  const sessionSet = (policies: SessionPolicies, account: string, arn: string): PolicySet => {
    const generation = directory.generation(account);
    const known = sessions.get(policies);
    if (known?.generation === generation) return known.set;
    const { document, arns = [] } = policies;
    const set = policySet([
      ...(document === undefined ? [] : [sources.compileInline(document, "session", "session policy", arn)]),
      ...managed(arns, "session"),
    ]);
    sessions.set(policies, { generation, set });
    return set;
  };

  /** What root may, its federated users may as far as their own policies let them. */
  const everything = policySet([sources.compileInline(EVERYTHING, "identity", "root user", "root")]);

  const caller = (
    principal: Principal,
    requester: Requester,
    tags: readonly Tag[],
    grant: SessionGrant | undefined,
    policies: () => CallerPolicies,
  ): Caller => ({
    ...principal,
    requester,
    policies,
    tags: () => ({ ...Object.fromEntries(tags.map(({ key, value }) => [key, value])), ...grant?.tags }),
    session: grant && sessionOf(grant),
  });

  return {
    policiesOfUser,
    policiesOfRole,
    user(user, grant) {
      const { account } = user.ref;
      const { id, name, tags } = user.document;
      const arn = userArn(account, user.document);
      const principal: Principal = { type: "IAMUser", arn, principalId: id, userName: name };
      return caller(principal, { kind: "user", account, arn, id }, tags, grant, () => policiesOfUser(user));
    },
    root(account, grant) {
      const arn = rootArn(account);
      const principal: Principal = { type: "Root", arn, principalId: account };
      return caller(principal, { kind: "root", account, arn }, [], grant, () => NOTHING);
    },
    roleSession(role, grant) {
      const { account } = role.ref;
      const { id, name, tags } = role.document;
      const session = grant.name ?? "";
      const arn = assumedRoleArn(account, name, session);
      const principal: Principal = { type: "AssumedRole", arn, principalId: `${id}:${session}` };
      const requester: Requester = {
        kind: "role-session",
        account,
        arn,
        roleArn: roleArn(account, role.document),
        roleId: id,
      };
      const { policies } = grant;
      return caller(principal, requester, tags, grant, () => {
        const own = policiesOfRole(role);
        return policies === undefined ? own : { ...own, session: sessionSet(policies, account, arn) };
      });
    },
    federatedUser(user, grant) {
      const { account, name = "", policies } = grant;
      const arn = federatedUserArn(account, name);
      const issuerArn = user === undefined ? rootArn(account) : userArn(account, user.document);
      const principal: Principal = { type: "FederatedUser", arn, principalId: `${account}:${name}` };
      return caller(principal, { kind: "federated-user", account, arn, issuerArn }, [], grant, () => ({
        ...(user === undefined ? { identity: everything, boundary: undefined } : policiesOfUser(user)),
        session: policies === undefined ? NO_POLICIES : sessionSet(policies, account, arn),
      }));
    },
  };
}

const EVERYTHING = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
const NOTHING: CallerPolicies = { identity: NO_POLICIES, boundary: undefined, session: undefined };

const sessionOf = ({ issuedAt, mfaAt, sourceIdentity, context = {} }: SessionGrant): CallerSession => ({
  issuedAt,
  mfaAt,
  sourceIdentity,
  context,
});

/** Keeps what was made of an identity until anything changes in its account. */
function memoByGeneration<T>(directory: Directory): (id: string, account: string, make: () => T) => T {
  const known = new Map<string, { readonly generation: number; readonly value: T }>();
  return (id, account, make) => {
    const generation = directory.generation(account);
    const found = known.get(id);
    if (found?.generation === generation) return found.value;
    // Identities come and go; those that are gone leave with everything else, once they are many.
    if (known.size >= MAX_KNOWN) known.clear();
    const value = make();
    known.set(id, { generation, value });
    return value;
  };
}

/** More principals than a busy server hears from between two changes. */
const MAX_KNOWN = 20_000;
