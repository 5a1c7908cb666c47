import type { Resource, State } from "../../../platform/state/state.ts";
import { VersionConflict } from "../../../platform/state/state.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import { specOf } from "../crypto/key-specs.ts";
import { makeMaterial, sealMaterial } from "../crypto/material.ts";
import { changeKey, requireOwnKey } from "../keys/change-key.ts";
import { allKeys, requireState } from "../keys/find-key.ts";
import {
  arnOfKey,
  currentMaterial,
  type KeyMaterial,
  type KmsKey,
  keyState,
  materialId,
  materialRef,
} from "../keys/key.ts";
import { type Caller, callerOf, type KmsDeps, type KmsOperation } from "../operation.ts";
import { pageOf, readMarker } from "../page-marker.ts";

const DAY_MS = 86_400_000;
const DEFAULT_PERIOD_DAYS = 365;
/** On-demand rotations of one key (KMS developer guide, "Resource quotas"). */
const MAX_ON_DEMAND = 25;
const DEFAULT_LIMIT = 1_000;

export const enableKeyRotation: KmsOperation<"EnableKeyRotation"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const key = requireOwnKey(deps, caller, input.KeyId);
  const given = input.RotationPeriodInDays;
  deps.access.require(caller, key, "EnableKeyRotation", {
    conditions: {
      "kms:RotationPeriodInDays": String(given ?? key.document.rotation?.periodDays ?? DEFAULT_PERIOD_DAYS),
    },
  });
  checkRotatable(caller, key);
  const now = deps.clock.now();
  await changeKey(
    deps,
    caller,
    input.KeyId,
    (document) => {
      const periodDays = given ?? document.rotation?.periodDays ?? DEFAULT_PERIOD_DAYS;
      if (document.rotation?.periodDays === periodDays) return document;
      return { ...document, rotation: { periodDays, nextAt: now + periodDays * DAY_MS } };
    },
    ["Enabled"],
  );
  return {};
};

export const disableKeyRotation: KmsOperation<"DisableKeyRotation"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const key = requireOwnKey(deps, caller, input.KeyId);
  deps.access.require(caller, key, "DisableKeyRotation", {});
  checkRotatable(caller, key);
  await changeKey(deps, caller, input.KeyId, ({ rotation: _, ...document }) => document, ["Enabled"]);
  return {};
};

export const getKeyRotationStatus: KmsOperation<"GetKeyRotationStatus"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const key = requireOwnKey(deps, caller, input.KeyId);
  deps.access.require(caller, key, "GetKeyRotationStatus", {});
  const { rotation } = key.document;
  // While a key waits for its deletion it is not rotated (KMS API reference, GetKeyRotationStatus).
  const enabled = rotation !== undefined && keyState(key.document) !== "PendingDeletion";
  return {
    KeyId: arnOfKey(key),
    KeyRotationEnabled: enabled,
    ...(rotation !== undefined && { RotationPeriodInDays: rotation.periodDays }),
    ...(rotation !== undefined && enabled && { NextRotationDate: new Date(rotation.nextAt) }),
  };
};

export const rotateKeyOnDemand: KmsOperation<"RotateKeyOnDemand"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const key = requireOwnKey(deps, caller, input.KeyId);
  deps.access.require(caller, key, "RotateKeyOnDemand", {});
  checkRotatable(caller, key);
  await againOnConflict(caller, async () => {
    const now = requireOwnKey(deps, caller, input.KeyId);
    requireState(caller, now, ["Enabled"]);
    if (now.document.materials.filter(({ cause }) => cause === "ON_DEMAND").length >= MAX_ON_DEMAND) {
      throw caller.refuse(
        "LimitExceededException",
        `The key ${arnOfKey(now)} was rotated on demand ${MAX_ON_DEMAND} times, as often as it may be.`,
      );
    }
    await rotate(deps, now, "ON_DEMAND", deps.clock.now(), causeOf(caller), now.document);
  });
  return { KeyId: arnOfKey(key) };
};

export const listKeyRotations: KmsOperation<"ListKeyRotations"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const key = requireOwnKey(deps, caller, input.KeyId);
  deps.access.require(caller, key, "ListKeyRotations", {});
  checkRotatable(caller, key);
  const after = readMarker(caller, input.Marker);
  const newest = currentMaterial(key);
  const all = input.IncludeKeyMaterial === "ALL_KEY_MATERIAL";
  const found = key.document.materials
    .filter(({ cause }) => all || cause !== "CREATED")
    .filter(({ number }) => after === "" || number > Number(after));
  const { items, ...page } = pageOf(found, input.Limit ?? DEFAULT_LIMIT, ({ number }) => String(number));
  return {
    Rotations: items.map(({ number, madeAt, cause }) => ({
      KeyId: arnOfKey(key),
      KeyMaterialId: materialId(key, number),
      KeyMaterialState: number === newest ? ("CURRENT" as const) : ("NON_CURRENT" as const),
      ...(cause !== "CREATED" && { RotationDate: new Date(madeAt), RotationType: cause }),
    })),
    ...page,
  };
};

/** Rotates the keys whose time has come. One that was not rotated for several periods gets one new material. */
export async function rotateDueKeys(
  deps: Pick<KmsDeps, "state" | "box">,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  for (const { ref } of dueKeys(deps.state, now)) {
    if (signal.aborted) return;
    const key = deps.state.get<KmsKey>(ref);
    const rotation = key?.document.rotation;
    if (key === undefined || rotation === undefined || rotation.nextAt > now) continue;
    const periodMs = rotation.periodDays * DAY_MS;
    const nextAt = rotation.nextAt + periodMs * (Math.floor((now - rotation.nextAt) / periodMs) + 1);
    try {
      const document = { ...key.document, rotation: { ...rotation, nextAt } };
      await rotate(deps, key, "AUTOMATIC", now, { action: "job:kms-rotation" }, document);
    } catch (error) {
      // Somebody changed the key meanwhile: the next run looks at it again.
      if (!(error instanceof VersionConflict)) throw error;
    }
  }
}

const dueKeys = (state: State, now: number): Resource<KmsKey>[] =>
  [...allKeys(state)].filter(
    ({ document }) =>
      keyState(document) === "Enabled" && (document.rotation?.nextAt ?? Number.POSITIVE_INFINITY) <= now,
  );

/** Adds material, which encrypts from now on. The commit fails with VersionConflict when the key has changed. */
async function rotate(
  { state, box }: Pick<KmsDeps, "state" | "box">,
  { ref, version, document: before }: Resource<KmsKey>,
  cause: KeyMaterial["cause"],
  madeAt: number,
  by: ReturnType<typeof causeOf>,
  document: KmsKey,
): Promise<void> {
  const number = (before.materials.at(-1)?.number ?? 0) + 1;
  const material = await makeMaterial(specOf(before.spec).making);
  await state.commit({
    cause: by,
    changes: [
      {
        put: ref,
        document: { ...document, materials: [...before.materials, { number, madeAt, cause }] },
        expect: version,
      },
      {
        put: materialRef(ref, ref.key, number),
        document: sealMaterial(box, ref, ref.key, number, material),
        expect: "absent",
      },
    ],
  });
}

/** Only symmetric encryption keys can be rotated (KMS developer guide, "Rotating AWS KMS keys"). */
function checkRotatable(caller: Caller, key: Resource<KmsKey>): void {
  if (key.document.spec === "SYMMETRIC_DEFAULT") return;
  throw caller.refuse(
    "UnsupportedOperationException",
    `${arnOfKey(key)} key spec is ${key.document.spec} which is not valid for ${caller.operation}.`,
  );
}
