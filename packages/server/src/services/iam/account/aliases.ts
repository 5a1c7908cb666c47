import { refOn } from "../../../platform/identity/directory.ts";
import { type IamOperation, validationError } from "../operation.ts";
import { settingsOf } from "../passwords/password-policy.ts";

/** An account has one alias, and no two accounts of the installation the same: people sign in by it. */
export const createAccountAlias: IamOperation<"CreateAccountAlias"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { aliases } = deps.identity.directory;
    const alias = input.AccountAlias;
    const { settings, change } = settingsOf(deps, call);
    if (settings.alias === alias) return { changes: [], answer: {} };
    if (/^\d{12}$/.test(alias)) {
      throw validationError("An alias must not look like the number of an account.");
    }
    if (aliases.get("", alias) !== undefined) {
      throw call.error("EntityAlreadyExistsException", `The account alias ${alias} already exists.`);
    }
    return {
      changes: [
        { put: refOn(aliases, "", alias), document: { account: call.account }, expect: "absent" },
        ...(settings.alias === undefined
          ? []
          : [{ remove: refOn(aliases, "", settings.alias), expect: "present" as const }]),
        change({ ...settings, alias }),
      ],
      answer: {},
    };
  });

export const deleteAccountAlias: IamOperation<"DeleteAccountAlias"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { settings, change } = settingsOf(deps, call);
    if (settings.alias !== input.AccountAlias) {
      throw call.error("NoSuchEntityException", `The account alias ${input.AccountAlias} cannot be found.`);
    }
    const { alias, ...rest } = settings;
    return {
      changes: [{ remove: refOn(deps.identity.directory.aliases, "", alias), expect: "present" }, change(rest)],
      answer: {},
    };
  });

export const listAccountAliases: IamOperation<"ListAccountAliases"> = async (_input, call, deps) => {
  const { alias } = settingsOf(deps, call).settings;
  return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
};
