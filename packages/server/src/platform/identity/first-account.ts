import type { SecretBox } from "../secrets/secret-box.ts";
import type { Change, State } from "../state/state.ts";
import { type Directory, keyOfName, refOn } from "./directory.ts";
import type { Account, User } from "./documents.ts";
import { type KeyPair, newUniqueId } from "./key-ids.ts";
import { newAccessKey, storeAccessKey } from "./new-key.ts";

/** Name of the user that every account begins with. */
export const ADMINISTRATOR = "administrator";
export const ADMINISTRATOR_POLICY = "arn:aws:iam::aws:policy/AdministratorAccess";

/** Lowest and highest lengths of a key id that AWS's clients take (IAM API, AccessKey). */
const KEY_ID = /^[A-Z0-9_]{16,128}$/;

export interface FirstAccount {
  readonly state: State;
  readonly directory: Directory;
  readonly box: SecretBox;
  readonly now: number;
  readonly accountId: string;
  /** A key that the operator chose. */
  readonly preset: KeyPair | undefined;
  /** Puts a new key where the operator finds it; called before it is stored, so that no key is lost that counts. */
  keep(pair: KeyPair): void;
}

/** An administrator: a user who may do everything in the account because of a policy, and can be changed like any other. */
function newAdministrator(now: number): User {
  return {
    name: ADMINISTRATOR,
    path: "/",
    id: newUniqueId("AIDA"),
    createdAt: now,
    inline: {},
    attached: [ADMINISTRATOR_POLICY],
    tags: [],
    groups: [],
  };
}

/**
 * Sees to it that the settings' account is there, with an administrator. The key of a new administrator is returned once;
 * a key of the settings is stored as theirs, and storing the same again changes nothing.
 */
export async function ensureFirstAccount(options: FirstAccount): Promise<KeyPair | undefined> {
  const { state, directory, box, now, accountId, preset } = options;
  if (preset !== undefined && !KEY_ID.test(preset.accessKeyId)) {
    throw new Error("NEPHOSCOPE_ADMIN_KEY_ID must be 16 to 128 characters of A-Z, 0-9 and _");
  }
  const changes: Change[] = [];
  const first = directory.accounts.get("", accountId) === undefined;
  if (first) {
    const others = directory.accounts.list("").length;
    const document: Account = {
      id: accountId,
      name: others === 0 ? "main" : accountId,
      email: `root+${accountId}@localhost`,
      createdAt: now,
      joined: "installed",
    };
    changes.push({ put: refOn(directory.accounts, "", accountId), document, expect: "absent" });
  }
  const known = directory.users.get(accountId, keyOfName(ADMINISTRATOR));
  const user = known?.document ?? newAdministrator(now);
  // An administrator that somebody removed stays away, unless the operator gives a key for it.
  if (known === undefined && (first || preset !== undefined)) {
    changes.push({
      put: refOn(directory.users, accountId, keyOfName(ADMINISTRATOR)),
      document: user,
      expect: "absent",
    });
  }

  let made: KeyPair | undefined;
  if (preset !== undefined) {
    const stored = directory.accessKeys.get("", preset.accessKeyId)?.document;
    const same =
      stored?.account === accountId &&
      stored.user === user.id &&
      box.open(stored.sealedSecret, preset.accessKeyId) === preset.secretAccessKey;
    if (!same) changes.push(storeAccessKey(box, preset, accountId, user.id, now, "any"));
  } else if (first) {
    const { pair, change } = newAccessKey(box, accountId, user.id, now);
    options.keep(pair);
    changes.push(change);
    made = pair;
  }
  if (changes.length > 0) await state.commit({ cause: { action: "start:EnsureFirstAccount" }, changes });
  return made;
}
