import { randomBytes } from "node:crypto";
import type { GrantOperation } from "@aws-sdk/client-kms";
import { againOnConflict, causeOf } from "../commit.ts";
import { requireNamedKey, requireState } from "../keys/find-key.ts";
import { arnOfKey, type KmsKey } from "../keys/key.ts";
import { type Caller, callerOf, type KmsInput, type KmsOperation } from "../operation.ts";
import { stopDryRun } from "../operations/usable-key.ts";
import { type Grant, type GrantConstraints, grantIdOf, grantRef, grantsOf, grantToken } from "./grant.ts";

/** Of one key. AWS has 50,000; each use of a key that its policy does not allow looks through all. */
const MAX_GRANTS = 1_000;

/** What the grantee of a grant may pass on at most (KMS API reference, CreateGrant). */
const ANYTIME: readonly GrantOperation[] = ["CreateGrant", "DescribeKey", "RetireGrant"];
const BY_USAGE: Readonly<Record<KmsKey["usage"], readonly GrantOperation[]>> = {
  ENCRYPT_DECRYPT: [
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
  ],
  SIGN_VERIFY: ["GetPublicKey", "Sign", "Verify"],
  GENERATE_VERIFY_MAC: ["GenerateMac", "VerifyMac"],
};

const PRINCIPAL =
  /^arn:aws[a-z-]*:(?:iam::\d{12}:(?:root|user\/.+|role\/.+|federated-user\/.+)|sts::\d{12}:(?:assumed-role\/[^/]+\/[^/]+|federated-user\/.+))$/;
const SERVICE = /^[a-z0-9.-]+\.amazonaws\.com$/;

export const createGrant: KmsOperation<"CreateGrant"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const finding = { state: deps.state, now: deps.clock.now() };
  const find = () => requireNamedKey(finding, caller, input.KeyId, { aliases: false, otherAccounts: true }).key;
  const key = find();
  const grantee = readPrincipal(caller, input.GranteePrincipal ?? input.GranteeServicePrincipal);
  if (grantee === undefined) throw caller.refuse("ValidationException", "GranteePrincipal is required.");
  const retiring = readPrincipal(caller, input.RetiringPrincipal ?? input.RetiringServicePrincipal);
  const constraints = readConstraints(caller, input);
  const { Operations: operations } = input;
  deps.access.require(caller, key, "CreateGrant", {
    grantTokens: input.GrantTokens,
    conditions: {
      "kms:GranteePrincipal": grantee,
      "kms:RetiringPrincipal": retiring,
      "kms:GrantOperations": operations,
      "kms:GrantConstraintType": Object.keys(constraints ?? {}),
      "kms:GrantIsForAWSResource": String(caller.via !== undefined),
    },
  });
  requireState(caller, key, ["Enabled"]);
  const { spec, usage } = key.document;
  const possible = [
    ...ANYTIME,
    ...BY_USAGE[usage],
    ...(usage === "ENCRYPT_DECRYPT" && spec !== "SYMMETRIC_DEFAULT" ? (["GetPublicKey"] as const) : []),
  ];
  const wrong = operations.find((operation) => !possible.includes(operation));
  if (wrong !== undefined) {
    throw caller.refuse(
      "ValidationException",
      `Operation ${wrong} is not valid for the key ${arnOfKey(key)} of usage ${usage}.`,
    );
  }
  if (constraints !== undefined && spec !== "SYMMETRIC_DEFAULT" && constraints.SourceArn === undefined) {
    throw caller.refuse(
      "ValidationException",
      "Constraints on the encryption context are for symmetric encryption keys.",
    );
  }
  stopDryRun(caller, input.DryRun);
  const document: Grant = {
    grantee,
    ...(retiring !== undefined && { retiring }),
    operations: [...new Set(operations)],
    ...(constraints !== undefined && { constraints }),
    ...(input.Name !== undefined && { name: input.Name }),
    issuingAccount: caller.account,
    createdAt: deps.clock.now(),
  };
  return await againOnConflict(caller, async () => {
    const now = find();
    const grants = grantsOf(deps.state, now);
    // A request of the same name and contents is the same grant (KMS API reference, CreateGrant, Name).
    const same = grants.find((grant) => input.Name !== undefined && sameGrant(grant.document, document));
    if (same !== undefined) return { GrantToken: grantToken(same), GrantId: grantIdOf(same) };
    if (grants.length >= MAX_GRANTS) {
      throw caller.refuse(
        "LimitExceededException",
        `The key ${arnOfKey(key)} has ${MAX_GRANTS} grants, as many as it may.`,
      );
    }
    const grantId = randomBytes(32).toString("hex");
    const ref = grantRef(now, grantId);
    await deps.state.commit({
      cause: causeOf(caller),
      changes: [
        { put: ref, document, expect: "absent" },
        { put: now.ref, document: now.document, expect: now.version },
      ],
    });
    return { GrantToken: grantToken({ ref }), GrantId: grantId };
  });
};

const sameGrant = ({ createdAt: _a, ...a }: Grant, { createdAt: _b, ...b }: Grant): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

function readPrincipal(caller: Caller, principal: string | undefined): string | undefined {
  if (principal === undefined || PRINCIPAL.test(principal) || SERVICE.test(principal)) return principal;
  throw caller.refuse("InvalidArnException", `ARN does not refer to a valid principal: ${principal}`);
}

function readConstraints(
  caller: Caller,
  { Constraints: given }: KmsInput<"CreateGrant">,
): GrantConstraints | undefined {
  const { EncryptionContextEquals, EncryptionContextSubset, SourceArn } = given ?? {};
  if (EncryptionContextEquals !== undefined && EncryptionContextSubset !== undefined) {
    throw caller.refuse("ValidationException", "A grant may have one constraint on the encryption context, not two.");
  }
  const constraints: GrantConstraints = {
    ...(EncryptionContextEquals !== undefined && { EncryptionContextEquals }),
    ...(EncryptionContextSubset !== undefined && { EncryptionContextSubset }),
    ...(SourceArn !== undefined && { SourceArn }),
  };
  return Object.keys(constraints).length === 0 ? undefined : constraints;
}
