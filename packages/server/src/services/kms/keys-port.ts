import { randomBytes, randomUUID } from "node:crypto";
import { type KeyContext, KeyRefused, type Keys, type KeyUser } from "../../platform/keys/keys.ts";
import { type Resource, VersionConflict } from "../../platform/state/state.ts";
import { aliasRef } from "./aliases/alias.ts";
import { canonicalContext } from "./crypto/encryption-context.ts";
import { openEnvelope, readEnvelope, sealEnvelope } from "./envelope.ts";
import { storeNewKey } from "./keys/create-key.ts";
import { requireNamedKey } from "./keys/find-key.ts";
import { arnOfKey, currentMaterial, type KmsKey } from "./keys/key.ts";
import type { Caller, KmsDeps } from "./operation.ts";
import { decryptBlob } from "./operations/decrypt.ts";
import { encryptWithKey } from "./operations/encrypt.ts";
import { checkUsable } from "./operations/usable-key.ts";
import { servicePolicy } from "./policies/default-policy.ts";

/** As long as SQS uses a data key again by default (SQS API reference, KmsDataKeyReusePeriodSeconds). */
const REUSE_MS = 300_000;
/** Random nonces allow 2³² uses of one key (NIST SP 800-38D, section 8.3); new data keys cost little. */
const MAX_USES = 1 << 20;
/** Data keys in memory. Past it all are forgotten, and made or decrypted again when they are needed. */
const MAX_CACHED = 1_000;

interface DataKey {
  readonly plain: Buffer;
  readonly encrypted: Buffer;
  readonly until: number;
  uses: number;
}

export function keysPort(deps: KmsDeps): Keys {
  const making = new Map<string, DataKey>();

  const find = (caller: Caller, name: string) =>
    requireNamedKey({ state: deps.state, now: deps.clock.now() }, caller, name, { aliases: true, otherAccounts: true });

  const check = (caller: Caller, name: string, action: string, encryptionContext: KeyContext): Resource<KmsKey> => {
    const { key, alias } = find(caller, name);
    checkUsable(deps, caller, key, "ENCRYPT_DECRYPT", { encryptionContext, alias }, action);
    if (key.document.spec === "SYMMETRIC_DEFAULT") return key;
    throw caller.refuse("InvalidKeyUsageException", `${arnOfKey(key)} is no symmetric encryption key.`);
  };

  /** The service's own key comes to be at its first use, as on AWS. */
  const ensureOwnKey = async (caller: Caller, name: string): Promise<void> => {
    const own = `alias/aws/${caller.via}`;
    const arn = `arn:aws:kms:${caller.region}:${caller.account}:${own}`;
    if ((name !== own && name !== arn) || deps.state.get(aliasRef(caller, own)) !== undefined) return;
    const service = caller.via ?? "";
    try {
      await storeNewKey(deps, caller, caller, {
        keyId: randomUUID(),
        spec: "SYMMETRIC_DEFAULT",
        usage: "ENCRYPT_DECRYPT",
        policy: servicePolicy(caller.account, caller.region, service),
        tags: {},
        description: `Default key that protects my ${service} data when no other key is defined`,
        manager: "AWS",
        alias: own,
      });
    } catch (error) {
      // Another call made it meanwhile.
      if (!(error instanceof VersionConflict)) throw error;
    }
  };

  const dataKey = (caller: Caller, key: Resource<KmsKey>, context: KeyContext): DataKey => {
    const now = deps.clock.now();
    const place = JSON.stringify([arnOfKey(key), currentMaterial(key), canonicalContext(context)]);
    const known = making.get(place);
    if (known !== undefined && known.until > now && known.uses < MAX_USES) return known;
    const plain = randomBytes(32);
    const encrypted = encryptWithKey(deps, caller, key, "SYMMETRIC_DEFAULT", context, plain);
    const made = { plain, encrypted, until: now + REUSE_MS, uses: 0 };
    if (making.size >= MAX_CACHED) making.clear();
    making.set(place, made);
    return made;
  };

  return {
    async usable(user, name, context) {
      const caller = callerFor(user, "GenerateDataKey");
      await ensureOwnKey(caller, name);
      check(callerFor(user, "Decrypt"), name, "Decrypt", context);
      return arnOfKey(check(caller, name, "GenerateDataKey", context));
    },
    async encryptable(user, name, context) {
      const caller = callerFor(user, "GenerateDataKey");
      await ensureOwnKey(caller, name);
      return arnOfKey(check(caller, name, "GenerateDataKey", context));
    },
    async encrypt(user, name, plaintext, context) {
      const caller = callerFor(user, "GenerateDataKey");
      await ensureOwnKey(caller, name);
      const found = dataKey(caller, check(caller, name, "GenerateDataKey", context), context);
      found.uses += 1;
      return sealEnvelope(found.plain, found.encrypted, context, plaintext);
    },
    async decrypt(user, sealed, context) {
      const caller = callerFor(user, "Decrypt");
      const envelope = readEnvelope(sealed);
      if (envelope === undefined) throw caller.refuse("InvalidCiphertextException", "This was not encrypted here.");
      const request = {
        ciphertext: envelope.dataKey,
        keyId: undefined,
        algorithm: "SYMMETRIC_DEFAULT",
        context,
        grantTokens: undefined,
      };
      // Decrypting the data key costs microseconds, so none is kept: the right and the key's state are looked at each time.
      const { plaintext: plain } = decryptBlob(deps, caller, request);
      const text = openEnvelope(plain, envelope, context);
      if (text === undefined) throw caller.refuse("InvalidCiphertextException", "The encrypted data was altered.");
      return text;
    },
    checkDecrypt(user, name, context) {
      check(callerFor(user, "Decrypt"), name, "Decrypt", context);
    },
  };
}

const callerFor = (user: KeyUser, operation: string): Caller => ({
  account: user.account,
  region: user.region,
  principal: user.principal,
  operation,
  requestId: user.requestId,
  conditions: {},
  via: user.service,
  sourceArn: user.sourceArn,
  refuse: (name, message) => new KeyRefused(name, message),
});
