import type { PasswordPolicy } from "./documents.ts";

/** IAM's symbols (IAM user guide, "Set an account password policy for IAM users"). */
const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/;
const UPPER = /[A-Z]/;
const LOWER = /[a-z]/;
const DIGIT = /[0-9]/;

/** Where an account has no policy of its own: eight characters of three kinds, and not a name of the account or user. */
const DEFAULT_LENGTH = 8;
const DEFAULT_KINDS = 3;

/** Why a password is refused, or undefined. */
export function passwordFault(
  policy: PasswordPolicy | undefined,
  password: string,
  names: readonly string[],
): string | undefined {
  const length = [...password].length;
  if (policy === undefined) {
    if (length < DEFAULT_LENGTH) return `Password should have a minimum length of ${DEFAULT_LENGTH}`;
    const kinds = [UPPER, LOWER, DIGIT, SYMBOL].filter((kind) => kind.test(password)).length;
    if (kinds < DEFAULT_KINDS) {
      return "Password should have three of: uppercase letters, lowercase letters, numbers, symbols";
    }
    const same = names.some((name) => name.toLowerCase() === password.toLowerCase());
    return same ? "Password should not be the name of the account or the user" : undefined;
  }
  if (length < policy.minimumLength) return `Password should have a minimum length of ${policy.minimumLength}`;
  if (policy.requireUppercase && !UPPER.test(password)) return "Password should have at least one uppercase letter";
  if (policy.requireLowercase && !LOWER.test(password)) return "Password should have at least one lowercase letter";
  if (policy.requireNumbers && !DIGIT.test(password)) return "Password should have at least one number";
  if (policy.requireSymbols && !SYMBOL.test(password)) return "Password should have at least one symbol";
  return undefined;
}
