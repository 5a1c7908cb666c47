import type { Resource, State } from "../../../platform/state/state.ts";
import { aliasArn, aliasRef, type KeyAlias } from "../aliases/alias.ts";
import type { Caller } from "../operation.ts";
import { arnOfKey, KEY_KIND, type KmsKey, keyArn, keyRef, keyState, type Scope } from "./key.ts";

interface Finding {
  readonly state: State;
  readonly now: number;
}

const KEY_ID = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;
const ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]{1,64}):(\d{12}):(?:key\/(.+)|(alias\/.+))$/;

/** What a request called a key by. */
export interface NamedKey {
  readonly key: Resource<KmsKey>;
  /** The alias of the request, such as `alias/app`; undefined when it named the key itself. */
  readonly alias: string | undefined;
}

/** A key whose waiting period is over is gone, also before the job has removed it. */
export function findKey({ state, now }: Finding, scope: Scope, keyId: string): Resource<KmsKey> | undefined {
  const key = state.get<KmsKey>(keyRef(scope, keyId));
  return key === undefined || (key.document.deletion?.at ?? Number.POSITIVE_INFINITY) <= now ? undefined : key;
}

/** The key of an id or an ARN; with `aliases` of an alias's name or ARN too. Throws NotFoundException in AWS's words. */
export function requireNamedKey(
  finding: Finding,
  caller: Caller,
  name: string,
  { aliases, otherAccounts }: { readonly aliases: boolean; readonly otherAccounts: boolean },
): NamedKey {
  const arn = ARN.exec(name);
  const [, region, account, id, alias] = arn ?? [];
  if (name.startsWith("arn:")) {
    if (region === undefined || account === undefined) throw notFound(caller, `Invalid arn ${name}`);
    if (region !== caller.region) throw notFound(caller, `Invalid arn ${region}`);
    if (account !== caller.account && !otherAccounts) throw notFound(caller, `Invalid account ${account}`);
  }
  const scope: Scope = { account: account ?? caller.account, region: caller.region };
  const aliasName = alias ?? (name.startsWith("alias/") ? name : undefined);
  if (aliasName !== undefined) {
    if (!aliases) throw notFound(caller, `Invalid keyId '${name}'`);
    const found = finding.state.get<KeyAlias>(aliasRef(scope, aliasName));
    const key = found === undefined ? undefined : findKey(finding, scope, found.document.keyId);
    if (key === undefined) throw notFound(caller, `Alias ${aliasArn(scope, aliasName)} is not found.`);
    return { key, alias: aliasName };
  }
  const keyId = id ?? name;
  if (!KEY_ID.test(keyId)) throw notFound(caller, `Invalid keyId '${keyId}'`);
  const key = findKey(finding, scope, keyId);
  if (key === undefined) throw notFound(caller, `Key '${keyArn(scope, keyId)}' does not exist`);
  return { key, alias: undefined };
}

const notFound = (caller: Caller, text: string): Error => caller.refuse("NotFoundException", text);

/** Refuses what a key's state does not allow (KMS developer guide, "Key states of AWS KMS keys"). */
export function requireState(
  caller: Caller,
  key: Resource<KmsKey>,
  allowed: readonly ("Enabled" | "Disabled")[],
): void {
  const state = keyState(key.document);
  if (state === "PendingDeletion") {
    throw caller.refuse("KMSInvalidStateException", `${arnOfKey(key)} is pending deletion.`);
  }
  if (!allowed.includes(state)) throw caller.refuse("DisabledException", `${arnOfKey(key)} is disabled.`);
}

/** Every key of every account, for jobs, in pages. */
export function* allKeys(state: State): Generator<Resource<KmsKey>> {
  for (let page = state.scan<KmsKey>(KEY_KIND, undefined, PAGE); page.length > 0; ) {
    yield* page;
    page = page.length < PAGE ? [] : state.scan<KmsKey>(KEY_KIND, page.at(-1)?.ref, PAGE);
  }
}

const PAGE = 500;
