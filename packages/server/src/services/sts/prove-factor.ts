import type { Caller } from "../../platform/identity/caller.ts";
import type { StsCall, StsDeps } from "./operation.ts";

/** When the caller's second factor was proven: now, by the code that comes with the call; undefined where none comes. */
export async function proveFactor(
  deps: StsDeps,
  call: StsCall,
  { requester }: Caller,
  serial: string | undefined,
  code: string | undefined,
): Promise<number | undefined> {
  if (serial === undefined && code === undefined) return undefined;
  const fail = (what: string): Error => call.error("AccessDeniedException", `MultiFactorAuthentication failed${what}`);
  if (serial === undefined || code === undefined) {
    throw fail(", must provide both MFA serial number and one time pass code.");
  }
  const unknown = fail(
    ", unable to validate MFA code. Please verify your MFA serial number is valid and associated with this user.",
  );
  if (requester.kind !== "user" && requester.kind !== "root") throw unknown;
  const owner = requester.kind === "user" ? requester.id : requester.account;
  switch (await deps.factor.take(requester.account, owner, serial, code)) {
    case "right":
      return deps.clock.now();
    case "wrong-code":
      throw fail(" with invalid MFA one time pass code.");
    case "too-many-attempts":
      throw fail(": too many wrong codes. Please try again in a quarter of an hour.");
    case "unknown-device":
      throw unknown;
  }
}
