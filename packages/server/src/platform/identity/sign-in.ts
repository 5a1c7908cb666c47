import type { Clock } from "../clock/clock.ts";
import type { Resource, State } from "../state/state.ts";
import { VersionConflict } from "../state/state.ts";
import { mfaArn } from "./arns.ts";
import { countAttempts } from "./attempts.ts";
import { type Directory, keyOfName } from "./directory.ts";
import type { LoginProfile, User } from "./documents.ts";
import type { Identity, TemporaryKeys } from "./identity.ts";
import { hashPassword, isPassword } from "./password-hash.ts";
import { passwordFault } from "./password-rules.ts";
import type { SecondFactor } from "./second-factor.ts";

export interface SignInRequest {
  /** Twelve digits, or an alias. */
  readonly account: string;
  readonly userName: string;
  readonly password: string;
  /** The code that an MFA device shows; needed by users who have one. */
  readonly mfaCode?: string | undefined;
  /** In the same step, where the old one must be replaced. */
  readonly newPassword?: string | undefined;
}

export type SignInAnswer =
  | {
      readonly outcome: "signed-in";
      readonly account: string;
      readonly userName: string;
      /** Temporary credentials of the user, for twelve hours at most. */
      readonly keys: TemporaryKeys;
    }
  /** Account, user or password is wrong: not told which. */
  | { readonly outcome: "wrong" }
  | { readonly outcome: "mfa-needed" }
  | { readonly outcome: "mfa-wrong" }
  /** The password is right, and must be changed. */
  | { readonly outcome: "change-needed"; readonly fault: string | undefined }
  /** The password has expired, and an administrator must give a new one. */
  | { readonly outcome: "expired" }
  | { readonly outcome: "too-many-attempts" };

/** People who sign in with a password, as at the console. */
export interface SignIn {
  signIn(request: SignInRequest): Promise<SignInAnswer>;
}

const SESSION_MS = 12 * 3_600_000;
const DAY_MS = 86_400_000;
/** As many as a password policy can ask to remember. */
export const PASSWORDS_KEPT = 24;

export interface SignInOptions {
  readonly state: State;
  readonly identity: Identity;
  readonly factor: SecondFactor;
  readonly clock: Clock;
}

export function openSignIn({ state, identity, factor, clock }: SignInOptions): SignIn {
  const { directory } = identity;
  const attempts = countAttempts(clock);
  // Who is not there takes as long as who is: a hash of nothing is compared in its place.
  let nobody: Promise<string> | undefined;

  const accountOf = (text: string): string =>
    /^\d{12}$/.test(text) ? text : (directory.aliases.get("", text)?.document.account ?? "");

  const check = async (user: Resource<User>, login: Resource<LoginProfile>, request: SignInRequest) => {
    const { account } = user.ref;
    const { id } = user.document;
    const now = clock.now();
    const policy = directory.settings.get(account, "settings")?.document.passwordPolicy;
    const { document } = login;
    const expired =
      policy !== undefined && policy.maxAgeDays > 0 && now - document.changedAt > policy.maxAgeDays * DAY_MS;
    if (expired && policy.hardExpiry) return { outcome: "expired" } as const;
    // Before a code is taken, as it would be lost: the same call comes again with a new password.
    if ((expired || document.resetRequired) && request.newPassword === undefined) {
      return { outcome: "change-needed", fault: undefined } as const;
    }
    const devices = factor.devicesOf(account, id);
    let mfaAt: number | undefined;
    if (devices.length > 0) {
      if (request.mfaCode === undefined) return { outcome: "mfa-needed" } as const;
      // Any of the user's devices will do.
      for (const device of devices) {
        const ruling = await factor.take(account, id, mfaArn(account, device.document), request.mfaCode);
        if (ruling === "too-many-attempts") return { outcome: ruling } as const;
        if (ruling === "right") mfaAt = now;
      }
      if (mfaAt === undefined) return { outcome: "mfa-wrong" } as const;
    }
    let changed: LoginProfile = { ...document, lastUsedAt: now };
    if ((expired || document.resetRequired) && request.newPassword !== undefined) {
      const made = await replacePassword(directory, user, changed, request.newPassword, now);
      if ("fault" in made) return { outcome: "change-needed", fault: made.fault } as const;
      changed = made.login;
    }
    try {
      await state.commit({
        cause: { action: "signin:ConsoleLogin", principalArn: `${account}:${user.document.name}` },
        changes: [{ put: login.ref, document: changed, expect: login.version }],
      });
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      // Changed or removed at the same moment: then this password may not count any more.
      return { outcome: "wrong" } as const;
    }
    const keys = identity.issue({
      of: { kind: "user", id, signedIn: true },
      account,
      issuedAt: now,
      expiresAt: now + SESSION_MS,
      ...(mfaAt !== undefined && { mfaAt }),
    });
    return { outcome: "signed-in", account, userName: user.document.name, keys } as const;
  };

  return {
    async signIn(request) {
      const account = accountOf(request.account);
      const user = directory.users.get(account, keyOfName(request.userName));
      const login = user && directory.logins.get(account, user.document.id);
      if (user === undefined || login === undefined) {
        nobody ??= hashPassword("");
        await isPassword(await nobody, request.password);
        return { outcome: "wrong" };
      }
      const { id } = user.document;
      if (!attempts.begin(id)) return { outcome: "too-many-attempts" };
      if (!(await isPassword(login.document.hash, request.password))) return { outcome: "wrong" };
      attempts.forgive(id);
      const answer = await check(user, login, request);
      if (answer.outcome === "signed-in") attempts.clear(id);
      return answer;
    },
  };
}

/** The profile with a new password that its user chose, or why that one may not be. */
export async function replacePassword(
  directory: Directory,
  user: Resource<User>,
  login: LoginProfile,
  password: string,
  now: number,
): Promise<{ readonly login: LoginProfile } | { readonly fault: string }> {
  const { account } = user.ref;
  const policy = directory.settings.get(account, "settings")?.document.passwordPolicy;
  const fault = passwordFault(policy, password, namesOf(directory, user));
  if (fault !== undefined) return { fault };
  const used = [login.hash, ...login.earlier];
  // Without a rule the present one alone is refused: a change must change something.
  for (const hash of used.slice(0, Math.max(1, policy?.reusePrevention ?? 0))) {
    if (await isPassword(hash, password)) return { fault: "Password should not be one that was used before" };
  }
  const hash = await hashPassword(password);
  const earlier = used.slice(0, PASSWORDS_KEPT);
  return { login: { ...login, hash, earlier, changedAt: now, resetRequired: false } };
}

/** What a password must not be. */
export function namesOf(directory: Directory, { ref, document }: Resource<User>): readonly string[] {
  const account = directory.accounts.get("", ref.account)?.document;
  return [ref.account, document.name, ...(account === undefined ? [] : [account.name, account.email])];
}
