import { refOn } from "../../../platform/identity/directory.ts";
import type { AccountSettings, PasswordPolicy } from "../../../platform/identity/documents.ts";
import type { IamCall, IamDeps, IamOperation } from "../operation.ts";

/** The account's settings, and the change that writes others. */
export function settingsOf({ identity: { directory } }: IamDeps, call: IamCall) {
  const found = directory.settings.get(call.account, "settings");
  return {
    settings: found?.document ?? {},
    change: (document: AccountSettings) => ({
      put: refOn(directory.settings, call.account, "settings"),
      document,
      expect: found?.version ?? ("absent" as const),
    }),
  };
}

function requirePolicy(deps: IamDeps, call: IamCall): PasswordPolicy {
  const { passwordPolicy } = settingsOf(deps, call).settings;
  if (passwordPolicy !== undefined) return passwordPolicy;
  throw call.error("NoSuchEntityException", `The Password Policy with domain name ${call.account} cannot be found.`);
}

export const getAccountPasswordPolicy: IamOperation<"GetAccountPasswordPolicy"> = async (_input, call, deps) => {
  const policy = requirePolicy(deps, call);
  return {
    PasswordPolicy: {
      MinimumPasswordLength: policy.minimumLength,
      RequireSymbols: policy.requireSymbols,
      RequireNumbers: policy.requireNumbers,
      RequireUppercaseCharacters: policy.requireUppercase,
      RequireLowercaseCharacters: policy.requireLowercase,
      AllowUsersToChangePassword: policy.allowUsersToChange,
      ExpirePasswords: policy.maxAgeDays > 0,
      ...(policy.maxAgeDays > 0 && { MaxPasswordAge: policy.maxAgeDays }),
      ...(policy.reusePrevention > 0 && { PasswordReusePrevention: policy.reusePrevention }),
      HardExpiry: policy.hardExpiry,
    },
  };
};

/** What the call leaves out goes back to its default (IAM API, UpdateAccountPasswordPolicy). */
export const updateAccountPasswordPolicy: IamOperation<"UpdateAccountPasswordPolicy"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { settings, change } = settingsOf(deps, call);
    const passwordPolicy: PasswordPolicy = {
      minimumLength: input.MinimumPasswordLength ?? 6,
      requireSymbols: input.RequireSymbols ?? false,
      requireNumbers: input.RequireNumbers ?? false,
      requireUppercase: input.RequireUppercaseCharacters ?? false,
      requireLowercase: input.RequireLowercaseCharacters ?? false,
      allowUsersToChange: input.AllowUsersToChangePassword ?? false,
      maxAgeDays: input.MaxPasswordAge ?? 0,
      reusePrevention: input.PasswordReusePrevention ?? 0,
      hardExpiry: input.HardExpiry ?? false,
    };
    return { changes: [change({ ...settings, passwordPolicy })], answer: {} };
  });

export const deleteAccountPasswordPolicy: IamOperation<"DeleteAccountPasswordPolicy"> = (_input, call, deps) =>
  deps.commit(call, () => {
    requirePolicy(deps, call);
    const { settings, change } = settingsOf(deps, call);
    const { passwordPolicy: _, ...rest } = settings;
    return { changes: [change(rest)], answer: {} };
  });
