import assert from "node:assert/strict";
import { constants, createHash, createHmac, createPublicKey, publicEncrypt, verify } from "node:crypto";
import { type TestContext, test } from "node:test";
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  type KeySpec,
  type KeyUsageType,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeyRotationsCommand,
  ListKeysCommand,
  ReEncryptCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  type SigningAlgorithmSpec,
  VerifyCommand,
} from "@aws-sdk/client-kms";
import { ACCOUNT, OTHER_ACCOUNT, openHouse, userArn } from "./house.ts";

const DAY_MS = 86_400_000;
const hello = Buffer.from("hello");

async function newKey(
  { kms }: Awaited<ReturnType<typeof openHouse>>,
  KeySpec?: KeySpec,
  KeyUsage?: KeyUsageType,
  Policy?: string,
) {
  const made = await kms.send(
    new CreateKeyCommand({ KeySpec, KeyUsage, Policy, BypassPolicyLockoutSafetyCheck: Policy !== undefined }),
  );
  return made.KeyMetadata?.Arn ?? assert.fail("no key");
}

const refused = (name: string, message?: RegExp) => (error: Error) => {
  assert.equal(error.name, name);
  if (message !== undefined) assert.match(error.message, message);
  return true;
};

test("what was encrypted opens with the same context alone, and not when a bit of it is altered", async (t) => {
  const house = await openHouse(t);
  const KeyId = await newKey(house);
  const EncryptionContext = { b: "2", a: "1" };
  const { CiphertextBlob } = await house.kms.send(new EncryptCommand({ KeyId, Plaintext: hello, EncryptionContext }));
  assert.ok(CiphertextBlob);
  const opened = await house.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { a: "1", b: "2" } }));
  assert.deepEqual(Buffer.from(opened.Plaintext ?? []), hello);
  const others: readonly (Record<string, string> | undefined)[] = [
    undefined,
    { a: "1" },
    { a: "1", b: "3" },
    { A: "1", b: "2" },
    { ...EncryptionContext, c: "" },
  ];
  for (const other of others) {
    await assert.rejects(
      house.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: other })),
      refused("InvalidCiphertextException"),
    );
  }
  for (let at = 0; at < CiphertextBlob.length; at++) {
    const altered = Buffer.from(CiphertextBlob);
    altered[at] = (altered[at] ?? 0) ^ 1;
    // In the bytes that name account and key, another key is named, which is not there.
    await assert.rejects(
      house.kms.send(new DecryptCommand({ CiphertextBlob: altered, EncryptionContext })),
      refused(at >= 1 && at < 23 ? "AccessDeniedException" : "InvalidCiphertextException"),
    );
  }
});

test("rotated keys encrypt with new material and open what the old one encrypted, by the clock", async (t) => {
  const house = await openHouse(t);
  const KeyId = await newKey(house);
  await house.kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  const before = await house.kms.send(new EncryptCommand({ KeyId, Plaintext: hello }));
  const first = await house.kms.send(new DescribeKeyCommand({ KeyId }));
  await house.clock.advance(89 * DAY_MS);
  const none = await house.kms.send(new ListKeyRotationsCommand({ KeyId }));
  assert.deepEqual(none.Rotations, []);
  await house.clock.advance(2 * DAY_MS);
  const one = await house.kms.send(new ListKeyRotationsCommand({ KeyId }));
  assert.deepEqual(
    one.Rotations?.map(({ RotationType }) => RotationType),
    ["AUTOMATIC"],
  );
  const now = await house.kms.send(new DescribeKeyCommand({ KeyId }));
  assert.notEqual(now.KeyMetadata?.CurrentKeyMaterialId, first.KeyMetadata?.CurrentKeyMaterialId);
  const opened = await house.kms.send(new DecryptCommand({ CiphertextBlob: before.CiphertextBlob }));
  assert.deepEqual(Buffer.from(opened.Plaintext ?? []), hello);
  assert.equal(opened.KeyMaterialId, first.KeyMetadata?.CurrentKeyMaterialId);
  await house.clock.advance(180 * DAY_MS);
  const three = await house.kms.send(new ListKeyRotationsCommand({ KeyId }));
  assert.equal(three.Rotations?.length, 3);
});

test("a key goes with all that belongs to it when its time is over, and not before", async (t) => {
  const house = await openHouse(t);
  const KeyId = await newKey(house);
  await house.kms.send(new CreateAliasCommand({ AliasName: "alias/short", TargetKeyId: KeyId }));
  const { CiphertextBlob } = await house.kms.send(new EncryptCommand({ KeyId, Plaintext: hello }));
  await house.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  await assert.rejects(
    house.kms.send(new DecryptCommand({ CiphertextBlob })),
    refused("KMSInvalidStateException", /is pending deletion\.$/),
  );
  await house.clock.advance(6 * DAY_MS);
  await house.kms.send(new CancelKeyDeletionCommand({ KeyId }));
  const kept = await house.kms.send(new DescribeKeyCommand({ KeyId }));
  assert.equal(kept.KeyMetadata?.KeyState, "Disabled");
  await house.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  await house.clock.advance(7 * DAY_MS + 3_600_000);
  await assert.rejects(house.kms.send(new DescribeKeyCommand({ KeyId })), refused("NotFoundException"));
  assert.deepEqual((await house.kms.send(new ListKeysCommand({}))).Keys, []);
  assert.deepEqual((await house.kms.send(new ListAliasesCommand({}))).Aliases, []);
  assert.deepEqual(house.state.list({ kind: "kms.material", account: ACCOUNT, region: "us-east-1" }), []);
});

for (const [spec, algorithms] of [
  ["RSA_2048", ["RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_512", "RSASSA_PKCS1_V1_5_SHA_384"]],
  ["ECC_NIST_P256", ["ECDSA_SHA_256"]],
  ["ECC_NIST_P384", ["ECDSA_SHA_384"]],
  ["ECC_NIST_P521", ["ECDSA_SHA_512"]],
  ["ECC_SECG_P256K1", ["ECDSA_SHA_256"]],
] as const satisfies readonly (readonly [KeySpec, readonly SigningAlgorithmSpec[]])[]) {
  test(`signatures of ${spec} keys, of messages and digests, verify with the public key alone`, async (t) => {
    const house = await openHouse(t);
    const KeyId = await newKey(house, spec, "SIGN_VERIFY");
    const { PublicKey } = await house.kms.send(new GetPublicKeyCommand({ KeyId }));
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), type: "spki", format: "der" });
    for (const SigningAlgorithm of algorithms) {
      const hash = `sha${SigningAlgorithm.slice(-3)}`;
      const digest = createHash(hash).update(hello).digest();
      for (const [MessageType, Message] of [
        ["RAW", hello],
        ["DIGEST", digest],
      ] as const) {
        const { Signature } = await house.kms.send(new SignCommand({ KeyId, SigningAlgorithm, MessageType, Message }));
        assert.ok(Signature);
        const padding = SigningAlgorithm.includes("PSS") ? { padding: constants.RSA_PKCS1_PSS_PADDING } : {};
        assert.ok(verify(hash, hello, { key, ...padding }, Signature), `${SigningAlgorithm} ${MessageType}`);
        const answer = await house.kms.send(
          new VerifyCommand({ KeyId, SigningAlgorithm, MessageType: "DIGEST", Message: digest, Signature }),
        );
        assert.equal(answer.SignatureValid, true);
        await assert.rejects(
          house.kms.send(new VerifyCommand({ KeyId, SigningAlgorithm, Message: Buffer.from("other"), Signature })),
          refused("KMSInvalidSignatureException"),
        );
      }
    }
  });
}

test("an RSA key opens what its public key encrypted elsewhere", async (t) => {
  const house = await openHouse(t);
  const KeyId = await newKey(house, "RSA_2048", "ENCRYPT_DECRYPT");
  const { PublicKey } = await house.kms.send(new GetPublicKeyCommand({ KeyId }));
  const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), type: "spki", format: "der" });
  for (const [EncryptionAlgorithm, oaepHash] of [
    ["RSAES_OAEP_SHA_1", "sha1"],
    ["RSAES_OAEP_SHA_256", "sha256"],
  ] as const) {
    const outside = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, hello);
    const { CiphertextBlob } = await house.kms.send(
      new EncryptCommand({ KeyId, EncryptionAlgorithm, Plaintext: hello }),
    );
    for (const blob of [outside, CiphertextBlob]) {
      const opened = await house.kms.send(new DecryptCommand({ KeyId, EncryptionAlgorithm, CiphertextBlob: blob }));
      assert.deepEqual(Buffer.from(opened.Plaintext ?? []), hello);
    }
  }
});

test("a MAC is the HMAC of the key's material, which never leaves", async (t) => {
  const house = await openHouse(t);
  const KeyId = await newKey(house, "HMAC_384", "GENERATE_VERIFY_MAC");
  const { Mac } = await house.kms.send(new GenerateMacCommand({ KeyId, MacAlgorithm: "HMAC_SHA_384", Message: hello }));
  assert.equal(Mac?.byteLength, 48);
  assert.notDeepEqual(Buffer.from(Mac), createHmac("sha384", "").update(hello).digest());
});

test("data keys and data key pairs are what their encrypted forms open to", async (t) => {
  const house = await openHouse(t);
  const KeyId = await newKey(house);
  const one = await house.kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
  const opened = await house.kms.send(new DecryptCommand({ CiphertextBlob: one.CiphertextBlob }));
  assert.equal(one.Plaintext?.byteLength, 32);
  assert.deepEqual(opened.Plaintext, one.Plaintext);
  const pair = await house.kms.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: "ECC_NIST_P256" }));
  const key = await house.kms.send(new DecryptCommand({ CiphertextBlob: pair.PrivateKeyCiphertextBlob }));
  assert.deepEqual(key.Plaintext, pair.PrivateKeyPlaintext);
});

test("a ciphertext is encrypted anew under another key without being shown", async (t) => {
  const house = await openHouse(t);
  const [from, to] = [await newKey(house), await newKey(house)];
  const { CiphertextBlob } = await house.kms.send(new EncryptCommand({ KeyId: from, Plaintext: hello }));
  const moved = await house.kms.send(
    new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: to, DestinationEncryptionContext: { a: "b" } }),
  );
  assert.deepEqual([moved.SourceKeyId, moved.KeyId], [from, to]);
  const opened = await house.kms.send(
    new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { a: "b" }, KeyId: to }),
  );
  assert.deepEqual(Buffer.from(opened.Plaintext ?? []), hello);
  await assert.rejects(
    house.kms.send(
      new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { a: "b" }, KeyId: from }),
    ),
    refused("IncorrectKeyException"),
  );
});

const policyOf = (...statements: object[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: userArn("admin") }, Action: "kms:*", Resource: "*" },
      ...statements,
    ],
  });

test("a key policy that names no account keeps out who is allowed by own policies alone", async (t) => {
  const house = await openHouse(t);
  const KeyId = await newKey(house, undefined, undefined, policyOf());
  await house.kms.send(new EncryptCommand({ KeyId, Plaintext: hello }));
  await assert.rejects(
    house.as("anna").send(new EncryptCommand({ KeyId, Plaintext: hello })),
    refused(
      "AccessDeniedException",
      /user\/anna is not authorized to perform: kms:Encrypt on resource: arn:.* because no resource-based policy allows the kms:Encrypt action/,
    ),
  );
});

test("a key policy that names the account lets own policies decide, and one that names the caller is enough", async (t) => {
  const house = await openHouse(t, ({ principal }) => (principal.userName === "admin" ? "allow" : "nothing"));
  const byAccount = await newKey(house);
  await assert.rejects(
    house.as("anna").send(new EncryptCommand({ KeyId: byAccount, Plaintext: hello })),
    refused("AccessDeniedException", /no identity-based policy allows/),
  );
  const byName = await newKey(
    house,
    undefined,
    undefined,
    policyOf({ Effect: "Allow", Principal: { AWS: userArn("anna") }, Action: "kms:Encrypt", Resource: "*" }),
  );
  await house.as("anna").send(new EncryptCommand({ KeyId: byName, Plaintext: hello }));
  await assert.rejects(
    house.as("anna").send(new GenerateDataKeyCommand({ KeyId: byName, KeySpec: "AES_128" })),
    refused("AccessDeniedException"),
  );
});

test("conditions on the encryption context and explicit denials are obeyed", async (t) => {
  const house = await openHouse(t);
  const KeyId = await newKey(
    house,
    undefined,
    undefined,
    policyOf(
      {
        Effect: "Allow",
        Principal: { AWS: userArn("anna") },
        Action: ["kms:Encrypt", "kms:Decrypt"],
        Resource: "*",
        Condition: { StringEquals: { "kms:EncryptionContext:team": ["red", "blue"] } },
      },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "kms:Decrypt",
        Resource: "*",
        Condition: { StringEquals: { "kms:EncryptionContext:team": "blue" } },
      },
    ),
  );
  const anna = house.as("anna");
  const encrypt = (team: string) =>
    anna.send(new EncryptCommand({ KeyId, Plaintext: hello, EncryptionContext: { team } }));
  await assert.rejects(encrypt("green"), refused("AccessDeniedException"));
  const red = await encrypt("red");
  await anna.send(new DecryptCommand({ CiphertextBlob: red.CiphertextBlob, EncryptionContext: { team: "red" } }));
  const blue = await encrypt("blue");
  for (const client of [anna, house.kms]) {
    await assert.rejects(
      client.send(new DecryptCommand({ CiphertextBlob: blue.CiphertextBlob, EncryptionContext: { team: "blue" } })),
      refused("AccessDeniedException", /with an explicit deny in a resource-based policy/),
    );
  }
});

test("another account needs both policies, and learns nothing of a key that it may not use", async (t) => {
  let own: "allow" | "nothing" = "allow";
  const house = await openHouse(t, ({ account }) => (account === ACCOUNT ? "allow" : own));
  const closed = await newKey(house);
  const open = await newKey(
    house,
    undefined,
    undefined,
    policyOf({ Effect: "Allow", Principal: { AWS: OTHER_ACCOUNT }, Action: "kms:Decrypt", Resource: "*" }),
  );
  const stranger = house.as("bert", OTHER_ACCOUNT);
  const blobs = [];
  for (const KeyId of [closed, open])
    blobs.push((await house.kms.send(new EncryptCommand({ KeyId, Plaintext: hello }))).CiphertextBlob);
  await assert.rejects(
    stranger.send(new DecryptCommand({ CiphertextBlob: blobs[0] })),
    refused("AccessDeniedException", /does not exist, does not exist in this region, or you are not allowed/),
  );
  const opened = await stranger.send(new DecryptCommand({ CiphertextBlob: blobs[1] }));
  assert.deepEqual(Buffer.from(opened.Plaintext ?? []), hello);
  own = "nothing";
  await assert.rejects(
    stranger.send(new DecryptCommand({ CiphertextBlob: blobs[1] })),
    refused("AccessDeniedException"),
  );
});

async function grantTo(t: TestContext, Constraints?: object) {
  const house = await openHouse(t, ({ principal }) => (principal.userName === "admin" ? "allow" : "nothing"));
  const KeyId = await newKey(house);
  const grant = await house.kms.send(
    new CreateGrantCommand({
      KeyId,
      GranteePrincipal: userArn("anna"),
      RetiringPrincipal: userArn("rita"),
      Operations: ["Encrypt", "Decrypt", "RetireGrant"],
      Constraints,
    }),
  );
  const encrypt = (EncryptionContext?: Record<string, string>) =>
    house.as("anna").send(new EncryptCommand({ KeyId, Plaintext: hello, EncryptionContext }));
  return { ...house, KeyId, grant, encrypt };
}

test("a grant allows its operations to its grantee until it is revoked or retired by whom it names", async (t) => {
  const { as, kms, KeyId, grant, encrypt } = await grantTo(t);
  await encrypt();
  await assert.rejects(
    as("anna").send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_128" })),
    refused("AccessDeniedException"),
  );
  await assert.rejects(
    as("bert").send(new EncryptCommand({ KeyId, Plaintext: hello })),
    refused("AccessDeniedException"),
  );
  await assert.rejects(
    as("bert").send(new RetireGrantCommand({ GrantToken: grant.GrantToken })),
    refused("AccessDeniedException"),
  );
  await as("rita").send(new RetireGrantCommand({ GrantToken: grant.GrantToken }));
  await assert.rejects(encrypt(), refused("AccessDeniedException"));
  await assert.rejects(
    kms.send(new RevokeGrantCommand({ KeyId, GrantId: grant.GrantId })),
    refused("NotFoundException"),
  );
  assert.deepEqual((await kms.send(new ListGrantsCommand({ KeyId }))).Grants, []);
});

test("constraints of grants hold: a subset of the context, or the whole of it", async (t) => {
  const subset = await grantTo(t, { EncryptionContextSubset: { a: "1" } });
  await subset.encrypt({ a: "1", b: "2" });
  await assert.rejects(subset.encrypt({ b: "2" }), refused("AccessDeniedException"));
  const equals = await grantTo(t, { EncryptionContextEquals: { a: "1" } });
  await equals.encrypt({ a: "1" });
  await assert.rejects(equals.encrypt({ a: "1", b: "2" }), refused("AccessDeniedException"));
  await assert.rejects(equals.encrypt(), refused("AccessDeniedException"));
});
