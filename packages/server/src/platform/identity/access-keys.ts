import { randomInt } from "node:crypto";
import type { SecretBox } from "../secrets/secret-box.ts";
import type { Resource, ResourceRef, State } from "../state/state.ts";

/** Who may call: an access key of an account, kept with its secret encrypted. */
export interface AccessKey {
  readonly account: string;
  readonly userName: string;
  /** Administrators may do everything in their account. */
  readonly administrator: boolean;
  readonly sealedSecret: string;
}

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Name of the user that the first start makes. */
export const ADMINISTRATOR = "administrator";

/** Lowest and highest lengths of a key id that AWS's clients take (IAM API, AccessKey). */
const KEY_ID = /^[A-Z0-9_]{16,128}$/;

export interface AccessKeys {
  find(accessKeyId: string): { readonly key: AccessKey; readonly secret: string } | undefined;
  /** True if the account has an administrator's key. */
  hasAdministrator(account: string): boolean;
  /** Makes a key for the account's administrator and returns it; the secret can't be read from the store again. */
  createAdministrator(account: string): Promise<KeyPair>;
  /** Stores a key that the operator chose (settings). Storing the same again changes nothing. */
  presetAdministrator(account: string, pair: KeyPair): Promise<void>;
}

export interface AccessKeysOptions {
  readonly state: State;
  readonly box: SecretBox;
}

const KIND = "iam.access-key";
/** Key ids are unique over all accounts, so that a call finds its account by its key. */
const refOf = (accessKeyId: string): ResourceRef => ({ kind: KIND, account: "", region: "", key: accessKeyId });

export function openAccessKeys({ state, box }: AccessKeysOptions): AccessKeys {
  // Opening a sealed secret costs more than all the rest of a signature's check; keys are few, so all opened ones stay.
  const opened = new Map<string, { version: number; key: AccessKey; secret: string }>();

  const store = (pair: KeyPair, account: string, cause: string) => {
    const document: AccessKey = {
      account,
      userName: ADMINISTRATOR,
      administrator: true,
      sealedSecret: box.seal(pair.secretAccessKey, pair.accessKeyId),
    };
    return state.commit({
      cause: { action: cause },
      changes: [{ put: refOf(pair.accessKeyId), document, expect: "any" }],
    });
  };

  const find: AccessKeys["find"] = (accessKeyId) => {
    const resource = state.get<AccessKey>(refOf(accessKeyId));
    if (resource === undefined) return undefined;
    const known = opened.get(accessKeyId);
    if (known?.version === resource.version) return known;
    const found = {
      version: resource.version,
      key: resource.document,
      secret: box.open(resource.document.sealedSecret, accessKeyId),
    };
    opened.set(accessKeyId, found);
    return found;
  };

  return {
    find,
    hasAdministrator: (account) =>
      state
        .list<AccessKey>({ kind: KIND, account: "", region: "" })
        .some((key: Resource<AccessKey>) => key.document.account === account && key.document.administrator),
    async createAdministrator(account) {
      const pair = newKeyPair();
      await store(pair, account, "start:CreateAdministratorKey");
      return pair;
    },
    async presetAdministrator(account, pair) {
      if (!KEY_ID.test(pair.accessKeyId)) {
        throw new Error("NEPHOSCOPE_ADMIN_KEY_ID must be 16 to 128 characters of A-Z, 0-9 and _");
      }
      const known = find(pair.accessKeyId);
      if (known?.secret === pair.secretAccessKey && known.key.account === account) return;
      await store(pair, account, "start:PresetAdministratorKey");
    },
  };
}

const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** A pair in AWS's form: `AKIA` and 16 characters; a secret of 40 characters (240 bits). */
function newKeyPair(): KeyPair {
  const pick = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
  return { accessKeyId: `AKIA${pick(ID_ALPHABET, 16)}`, secretAccessKey: pick(SECRET_ALPHABET, 40) };
}
