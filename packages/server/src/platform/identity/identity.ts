import { createHash } from "node:crypto";
import { type Credential, type Principal, WireFailure } from "@nephoscope/wire";
import type { Clock } from "../clock/clock.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { SecretBox } from "../secrets/secret-box.ts";
import type { State } from "../state/state.ts";
import type { Caller } from "./caller.ts";
import { type Callers, openCallers } from "./callers.ts";
import { type Directory, openDirectory } from "./directory.ts";
import { base32, newKeyPair } from "./key-ids.ts";
import { type KeyUse, openKeyUse } from "./key-use.ts";
import { type AwsManagedPolicies, readManagedPolicies } from "./managed-policies.ts";
import { type PolicySources, policySources } from "./policy-sources.ts";
import { openSession, type SessionGrant, sealSession } from "./session-token.ts";

/** Temporary credentials, as they are handed out. */
export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Who may call, and as whom. Everything is answered from memory. */
export interface Identity {
  readonly directory: Directory;
  readonly sources: PolicySources;
  readonly awsManaged: AwsManagedPolicies;
  readonly callers: Callers;
  readonly uses: KeyUse;
  /**
   * The credential of a key, whose principal is a `Caller`. Undefined for keys that are not there or not active, for tokens
   * that this server did not make, and where the user or role behind them is gone. Throws `ExpiredTokenException`.
   */
  credential(accessKeyId: string, sessionToken: string | undefined): Credential | undefined;
  /** Makes temporary credentials; nothing of them is kept. */
  issue(grant: Omit<SessionGrant, "secret">, minimumTokenLength?: number): TemporaryKeys;
  /** What the session token said that a call came with; undefined for callers with lasting keys. */
  grantOf(principal: Principal): SessionGrant | undefined;
}

export interface IdentityOptions {
  readonly state: State;
  readonly box: SecretBox;
  readonly jobs: Jobs;
  readonly clock: Clock;
}

/** Tokens opened lately, in characters. Opening one costs more than all the rest of a signature's check. */
const MAX_OPENED = 16 * 1_048_576;

export function openIdentity({ state, box, jobs, clock }: IdentityOptions): Identity {
  const directory = openDirectory(state);
  const awsManaged = readManagedPolicies(idOfName);
  const sources = policySources(directory, awsManaged);
  const callers = openCallers(directory, sources);
  const uses = openKeyUse(state, jobs);
  const secrets = new Map<string, { readonly version: number; readonly secret: string }>();
  const opened = openedTokens(box);
  const grants = new WeakMap<Principal, SessionGrant>();

  const lasting = (accessKeyId: string): Credential | undefined => {
    const key = directory.accessKeys.get("", accessKeyId);
    if (key?.document.status !== "Active") {
      secrets.delete(accessKeyId);
      return undefined;
    }
    const { account, user: userId, sealedSecret } = key.document;
    const user = userId === undefined ? undefined : directory.users.byId(userId);
    if (userId !== undefined && user === undefined) return undefined;
    let known = secrets.get(accessKeyId);
    if (known?.version !== key.version) {
      known = { version: key.version, secret: box.open(sealedSecret, accessKeyId) };
      secrets.set(accessKeyId, known);
    }
    const principal = user === undefined ? callers.root(account) : callers.user(user);
    return { accessKeyId, secret: known.secret, account, principal };
  };

  const callerOf = (grant: SessionGrant): Caller | undefined => {
    const { of: origin, account } = grant;
    if (origin.kind === "root") return callers.root(account, grant);
    if (origin.kind === "federated" && origin.id === undefined) return callers.federatedUser(undefined, grant);
    if (origin.kind === "role") {
      const role = directory.roles.byId(origin.id);
      return role && callers.roleSession(role, grant);
    }
    const user = origin.id === undefined ? undefined : directory.users.byId(origin.id);
    if (user === undefined) return undefined;
    return origin.kind === "user" ? callers.user(user, grant) : callers.federatedUser(user, grant);
  };

  return {
    directory,
    sources,
    awsManaged,
    callers,
    uses,
    credential(accessKeyId, sessionToken) {
      if (sessionToken === undefined || sessionToken === "") return lasting(accessKeyId);
      const grant = opened(accessKeyId, sessionToken);
      if (grant === undefined) return undefined;
      if (grant.expiresAt <= clock.now()) {
        throw new WireFailure("ExpiredTokenException", "The security token included in the request is expired");
      }
      const principal = callerOf(grant);
      if (principal === undefined) return undefined;
      grants.set(principal, grant);
      return { accessKeyId, secret: grant.secret, account: grant.account, principal };
    },
    issue(grant, minimumTokenLength) {
      const { accessKeyId, secretAccessKey } = newKeyPair("ASIA", grant.account);
      const sessionToken = sealSession(box, accessKeyId, { ...grant, secret: secretAccessKey }, minimumTokenLength);
      return { accessKeyId, secretAccessKey, sessionToken, expiresAt: grant.expiresAt };
    },
    grantOf: (principal) => grants.get(principal),
  };
}

/** AWS's managed policies have the same id everywhere, so it is made of the name. */
const idOfName = (name: string): string => `ANPA${base32(createHash("sha256").update(name).digest()).slice(0, 17)}`;

/** Opens session tokens; those of late are kept opened, the least recently used going first. */
function openedTokens(box: SecretBox): (accessKeyId: string, token: string) => SessionGrant | undefined {
  const known = new Map<string, SessionGrant>();
  let size = 0;
  return (accessKeyId, token) => {
    const key = `${accessKeyId} ${token}`;
    const found = known.get(key);
    if (found !== undefined) {
      known.delete(key);
      known.set(key, found);
      return found;
    }
    const grant = openSession(box, accessKeyId, token);
    if (grant === undefined) return undefined;
    known.set(key, grant);
    size += key.length;
    while (size > MAX_OPENED) {
      const oldest = known.keys().next().value;
      if (oldest === undefined) break;
      known.delete(oldest);
      size -= oldest.length;
    }
    return grant;
  };
}
