import type { Clock } from "../clock/clock.ts";
import type { SecretBox } from "../secrets/secret-box.ts";
import { type Resource, type State, VersionConflict } from "../state/state.ts";
import { mfaArn } from "./arns.ts";
import { countAttempts } from "./attempts.ts";
import type { Directory } from "./directory.ts";
import type { MfaDevice } from "./documents.ts";
import { fromBase32 } from "./key-ids.ts";
import { stepOfCode } from "./totp.ts";

export type FactorRuling =
  | "right"
  /** No such device, or it is not this owner's, or not enabled. */
  | "unknown-device"
  /** Also a code that was taken before. */
  | "wrong-code"
  | "too-many-attempts";

/** Codes of virtual MFA devices. */
export interface SecondFactor {
  /** Devices of a user by its unique id, of the root user by its account's number; only those that are enabled. */
  devicesOf(account: string, owner: string): readonly Resource<MfaDevice>[];
  /** Takes a code once: that it was taken is on disk before the answer. `serial` is the device's ARN. */
  take(account: string, owner: string, serial: string, code: string): Promise<FactorRuling>;
  /** The secret that the device shares. */
  seedOf(account: string, device: MfaDevice): Buffer;
}

export interface SecondFactorOptions {
  readonly state: State;
  readonly box: SecretBox;
  readonly directory: Directory;
  readonly clock: Clock;
}

export function openSecondFactor({ state, box, directory, clock }: SecondFactorOptions): SecondFactor {
  const attempts = countAttempts(clock);
  const devicesOf = (account: string, owner: string) =>
    directory.mfaDevices
      .list(account)
      .filter(({ document }) => document.user === owner && document.enabledAt !== undefined);
  const seedOf = (account: string, device: MfaDevice) => {
    const seed = fromBase32(box.open(device.sealedSeed, mfaArn(account, device)));
    if (seed === undefined) throw new Error(`the seed of the MFA device ${device.name} is damaged`);
    return seed;
  };

  return {
    devicesOf,
    seedOf,
    async take(account, owner, serial, code) {
      const device = devicesOf(account, owner).find(({ document }) => mfaArn(account, document) === serial);
      if (device === undefined) return "unknown-device";
      if (!attempts.begin(serial)) return "too-many-attempts";
      const { ref, version, document } = device;
      const step = stepOfCode(seedOf(account, document), code, clock.now(), document.lastStep);
      if (step === undefined) return "wrong-code";
      const taken: MfaDevice = { ...document, lastStep: step };
      try {
        await state.commit({
          cause: { action: "identity:TakeMfaCode" },
          changes: [{ put: ref, document: taken, expect: version }],
        });
      } catch (error) {
        // Two calls with one code: the other was first.
        if (error instanceof VersionConflict) return "wrong-code";
        throw error;
      }
      attempts.clear(serial);
      return "right";
    },
  };
}
