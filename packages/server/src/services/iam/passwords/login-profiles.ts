import { refOn } from "../../../platform/identity/directory.ts";
import type { LoginProfile, User } from "../../../platform/identity/documents.ts";
import { hashPassword, isPassword } from "../../../platform/identity/password-hash.ts";
import { passwordFault } from "../../../platform/identity/password-rules.ts";
import { namesOf, PASSWORDS_KEPT, replacePassword } from "../../../platform/identity/sign-in.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { requireUser, requireUserOrCaller } from "../find.ts";
import { type IamCall, type IamDeps, type IamOperation, validationError } from "../operation.ts";

const missing = (call: IamCall, name: string): Error =>
  call.error("NoSuchEntityException", `Login Profile for User ${name} cannot be found.`);

function requireLogin(deps: IamDeps, call: IamCall, user: Resource<User>): Resource<LoginProfile> {
  const login = deps.identity.directory.logins.get(call.account, user.document.id);
  if (login === undefined) throw missing(call, user.document.name);
  return login;
}

/** Refuses a password that an administrator gives against the account's rules. */
function checkPassword(
  { identity: { directory } }: IamDeps,
  call: IamCall,
  user: Resource<User>,
  password: string,
): void {
  const policy = directory.settings.get(call.account, "settings")?.document.passwordPolicy;
  const fault = passwordFault(policy, password, namesOf(directory, user));
  if (fault !== undefined) throw call.error("PasswordPolicyViolationException", fault);
}

const profileAnswer = (user: User, login: LoginProfile) => ({
  UserName: user.name,
  CreateDate: new Date(login.createdAt),
  PasswordResetRequired: login.resetRequired,
});

export const createLoginProfile: IamOperation<"CreateLoginProfile"> = (input, call, deps) =>
  deps.commit(call, async () => {
    const user = requireUserOrCaller(deps, call, input.UserName);
    const { logins } = deps.identity.directory;
    const ref = refOn(logins, call.account, user.document.id);
    if (logins.get(call.account, ref.key) !== undefined) {
      throw call.error("EntityAlreadyExistsException", `Login Profile for user ${user.document.name} already exists.`);
    }
    if (input.Password === undefined) throw validationError("Password is required.");
    checkPassword(deps, call, user, input.Password);
    const now = deps.clock.now();
    const document: LoginProfile = {
      createdAt: now,
      changedAt: now,
      hash: await hashPassword(input.Password),
      resetRequired: input.PasswordResetRequired ?? false,
      earlier: [],
    };
    return {
      changes: [{ put: ref, document, expect: "absent" }],
      answer: { LoginProfile: profileAnswer(user.document, document) },
    };
  });

export const getLoginProfile: IamOperation<"GetLoginProfile"> = async (input, call, deps) => {
  const user = requireUserOrCaller(deps, call, input.UserName);
  return { LoginProfile: profileAnswer(user.document, requireLogin(deps, call, user).document) };
};

export const updateLoginProfile: IamOperation<"UpdateLoginProfile"> = (input, call, deps) =>
  deps.commit(call, async () => {
    const user = requireUser(deps, call, input.UserName);
    const { ref, version, document } = requireLogin(deps, call, user);
    let changed: LoginProfile = { ...document, resetRequired: input.PasswordResetRequired ?? document.resetRequired };
    if (input.Password !== undefined) {
      checkPassword(deps, call, user, input.Password);
      changed = {
        ...changed,
        hash: await hashPassword(input.Password),
        earlier: [document.hash, ...document.earlier].slice(0, PASSWORDS_KEPT),
        changedAt: deps.clock.now(),
      };
    }
    return { changes: [{ put: ref, document: changed, expect: version }], answer: {} };
  });

export const deleteLoginProfile: IamOperation<"DeleteLoginProfile"> = (input, call, deps) =>
  deps.commit(call, () => {
    const user = requireUserOrCaller(deps, call, input.UserName);
    const { ref, version } = requireLogin(deps, call, user);
    return { changes: [{ remove: ref, expect: version }], answer: {} };
  });

export const changePassword: IamOperation<"ChangePassword"> = (input, call, deps) =>
  deps.commit(call, async () => {
    const { userName } = call.principal;
    if (userName === undefined) {
      throw call.error("InvalidUserTypeException", "Only IAM Users can change their own password");
    }
    const user = requireUser(deps, call, userName);
    const login = requireLogin(deps, call, user);
    if (!deps.passwords.begin(user.document.id)) {
      throw call.error("AccessDeniedException", "Too many wrong passwords. Please try again in a quarter of an hour.");
    }
    if (!(await isPassword(login.document.hash, input.OldPassword))) {
      throw call.error("AccessDeniedException", "The old password was incorrect.");
    }
    deps.passwords.clear(user.document.id);
    const { directory } = deps.identity;
    const made = await replacePassword(directory, user, login.document, input.NewPassword, deps.clock.now());
    if ("fault" in made) throw call.error("PasswordPolicyViolationException", made.fault);
    return { changes: [{ put: login.ref, document: made.login, expect: login.version }], answer: {} };
  });
