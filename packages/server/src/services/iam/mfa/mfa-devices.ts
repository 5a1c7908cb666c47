import { randomBytes } from "node:crypto";
import { mfaArn, parseIamArn } from "../../../platform/identity/arns.ts";
import { keyOfName, refOn } from "../../../platform/identity/directory.ts";
import type { MfaDevice } from "../../../platform/identity/documents.ts";
import { base32 } from "../../../platform/identity/key-ids.ts";
import { codeAt, stepOfCode } from "../../../platform/identity/totp.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { requireUser, requireUserOrCaller } from "../find.ts";
import type { IamCall, IamDeps, IamOperation } from "../operation.ts";
import { pageOf } from "../pages.ts";
import { checkQuota, QUOTAS } from "../quotas.ts";
import { newTags, tagPage, tagsMember, withoutTags, withTags } from "../tags/tags.ts";
import { userInList } from "../users/user-answer.ts";
import { qrCode } from "./qr-code.ts";

/** 160 bits, as RFC 4226 recommends; AWS gives 320. Authenticators take both. */
const SEED_BYTES = 20;
/** How far a device's clock may be off when it is enabled or brought back into step: five minutes. */
const RESYNC_STEPS = 10;

function find(deps: IamDeps, account: string, serial: string): Resource<MfaDevice> | undefined {
  const parts = parseIamArn(serial);
  if (parts?.type !== "mfa" || parts.account !== account) return undefined;
  return deps.identity.directory.mfaDevices.get(account, keyOfName(parts.name));
}

function requireDevice(deps: IamDeps, call: IamCall, serial: string): Resource<MfaDevice> {
  const device = find(deps, call.account, serial);
  if (device !== undefined) return device;
  throw call.error("NoSuchEntityException", `VirtualMFADevice with serial number ${serial} does not exist.`);
}

export const createVirtualMFADevice: IamOperation<"CreateVirtualMFADevice"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { mfaDevices } = deps.identity.directory;
    const name = input.VirtualMFADeviceName;
    const ref = refOn(mfaDevices, call.account, keyOfName(name));
    if (mfaDevices.get(call.account, ref.key) !== undefined) {
      throw call.error("EntityAlreadyExistsException", "MFADevice entity at the same path and name already exists.");
    }
    const path = input.Path ?? "/";
    const arn = mfaArn(call.account, { path, name });
    const seed = base32(randomBytes(SEED_BYTES));
    const document: MfaDevice = {
      name,
      path,
      sealedSeed: deps.box.seal(seed, arn),
      createdAt: deps.clock.now(),
      lastStep: 0,
      tags: newTags(call, input.Tags),
    };
    const label = encodeURIComponent(`${name}@${call.account}`);
    const uri = `otpauth://totp/Nephoscope:${label}?secret=${seed}&issuer=Nephoscope`;
    return {
      changes: [{ put: ref, document, expect: "absent" }],
      answer: {
        VirtualMFADevice: {
          SerialNumber: arn,
          Base32StringSeed: Buffer.from(seed),
          QRCodePNG: qrCode(uri),
          ...tagsMember(document.tags),
        },
      },
    };
  });

export const deleteVirtualMFADevice: IamOperation<"DeleteVirtualMFADevice"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireDevice(deps, call, input.SerialNumber);
    if (document.user !== undefined) {
      throw call.error("DeleteConflictException", "Cannot delete a virtual MFA device that is assigned to a user.");
    }
    return { changes: [{ remove: ref, expect: version }], answer: {} };
  });

/** The step of the second of two codes that follow one another; throws where they are not such. */
function stepOfTwo(deps: IamDeps, call: IamCall, device: MfaDevice, first: string, second: string): number {
  const seed = deps.factor.seedOf(call.account, device);
  // Looked for from the last code that was taken, so that codes which somebody saw do not enable a device again.
  let after = device.lastStep;
  for (;;) {
    const step = stepOfCode(seed, first, deps.clock.now(), after, RESYNC_STEPS);
    if (step === undefined)
      throw call.error("InvalidAuthenticationCodeException", "Authentication code for device is not valid.");
    if (codeAt(seed, step + 1) === second) return step + 1;
    after = step;
  }
}

export const enableMFADevice: IamOperation<"EnableMFADevice"> = (input, call, deps) =>
  deps.commit(call, () => {
    const owner = ownerOf(deps, call, input.UserName);
    const { ref, version, document } = requireDevice(deps, call, input.SerialNumber);
    if (document.user !== undefined) {
      throw call.error("EntityAlreadyExistsException", `MFA Device ${input.SerialNumber} is already in use.`);
    }
    checkQuota(call, "MFADevicesPerUser", QUOTAS.MFADevicesPerUser, deps.factor.devicesOf(call.account, owner).length);
    const lastStep = stepOfTwo(deps, call, document, input.AuthenticationCode1, input.AuthenticationCode2);
    const enabled: MfaDevice = { ...document, user: owner, enabledAt: deps.clock.now(), lastStep };
    return { changes: [{ put: ref, document: enabled, expect: version }], answer: {} };
  });

/** A user, or the root user of the account under the account's number. */
function ownerOf(deps: IamDeps, call: IamCall, name: string): string {
  if (call.principal.type === "Root" && name === call.account) return call.account;
  return requireUser(deps, call, name).document.id;
}

function requireEnabled(deps: IamDeps, call: IamCall, name: string | undefined, serial: string): Resource<MfaDevice> {
  const device = requireDevice(deps, call, serial);
  const owner =
    name === undefined && call.principal.type === "Root"
      ? call.account
      : ownerOf(deps, call, name ?? requireUserOrCaller(deps, call, undefined).document.name);
  if (device.document.user === owner) return device;
  throw call.error("NoSuchEntityException", `MFA Device with serial number ${serial} is not assigned to this user.`);
}

export const resyncMFADevice: IamOperation<"ResyncMFADevice"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireEnabled(deps, call, input.UserName, input.SerialNumber);
    const lastStep = stepOfTwo(deps, call, document, input.AuthenticationCode1, input.AuthenticationCode2);
    return { changes: [{ put: ref, document: { ...document, lastStep }, expect: version }], answer: {} };
  });

export const deactivateMFADevice: IamOperation<"DeactivateMFADevice"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireEnabled(deps, call, input.UserName, input.SerialNumber);
    const { user: _, enabledAt: __, ...rest } = document;
    return { changes: [{ put: ref, document: rest, expect: version }], answer: {} };
  });

export const listMFADevices: IamOperation<"ListMFADevices"> = async (input, call, deps) => {
  const root = input.UserName === undefined && call.principal.type === "Root";
  const user = root ? undefined : requireUserOrCaller(deps, call, input.UserName);
  const devices = deps.factor.devicesOf(call.account, user?.document.id ?? call.account);
  const { items, end } = pageOf(input, devices, ({ ref }) => ref.key);
  return {
    MFADevices: items.map(({ document }) => ({
      UserName: user?.document.name ?? call.account,
      SerialNumber: mfaArn(call.account, document),
      EnableDate: new Date(document.enabledAt ?? 0),
    })),
    ...end,
  };
};

export const getMFADevice: IamOperation<"GetMFADevice"> = async (input, call, deps) => {
  const { document } = requireDevice(deps, call, input.SerialNumber);
  const user = deps.identity.directory.users.byId(document.user ?? "");
  if (input.UserName !== undefined && user?.document.name !== requireUser(deps, call, input.UserName).document.name) {
    throw call.error(
      "NoSuchEntityException",
      `MFA Device with serial number ${input.SerialNumber} is not assigned to this user.`,
    );
  }
  return {
    SerialNumber: input.SerialNumber,
    ...(user !== undefined && { UserName: user.document.name }),
    ...(document.enabledAt !== undefined && { EnableDate: new Date(document.enabledAt) }),
  };
};

export const listVirtualMFADevices: IamOperation<"ListVirtualMFADevices"> = async (input, call, deps) => {
  const { AssignmentStatus = "Any" } = input;
  const { users, mfaDevices } = deps.identity.directory;
  const found = mfaDevices.list(call.account).filter(({ document }) => {
    if (AssignmentStatus === "Any") return true;
    return (AssignmentStatus === "Assigned") === (document.user !== undefined);
  });
  const { items, end } = pageOf(input, found, ({ ref }) => ref.key);
  return {
    VirtualMFADevices: items.map(({ document }) => {
      const user = document.user === undefined ? undefined : users.byId(document.user);
      return {
        SerialNumber: mfaArn(call.account, document),
        ...(user !== undefined && { User: userInList(deps, user) }),
        ...(document.enabledAt !== undefined && { EnableDate: new Date(document.enabledAt) }),
        ...tagsMember(document.tags),
      };
    }),
    ...end,
  };
};

const changeTags = (deps: IamDeps, call: IamCall, serial: string, change: (device: MfaDevice) => MfaDevice["tags"]) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireDevice(deps, call, serial);
    return { changes: [{ put: ref, document: { ...document, tags: change(document) }, expect: version }], answer: {} };
  });

export const tagMFADevice: IamOperation<"TagMFADevice"> = (input, call, deps) =>
  changeTags(deps, call, input.SerialNumber, ({ tags }) => withTags(call, tags, input.Tags));

export const untagMFADevice: IamOperation<"UntagMFADevice"> = (input, call, deps) =>
  changeTags(deps, call, input.SerialNumber, ({ tags }) => withoutTags(tags, input.TagKeys));

export const listMFADeviceTags: IamOperation<"ListMFADeviceTags"> = async (input, call, deps) =>
  tagPage(input, requireDevice(deps, call, input.SerialNumber).document.tags);
