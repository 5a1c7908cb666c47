import { NO_POLICIES } from "@nephoscope/languages/iam-policy";
import type { Principal } from "@nephoscope/wire";
import { type AccessQuestion, type Authority, createAuthority } from "./authority.ts";
import { EVERYTHING, withOwnPolicies } from "./requester.ts";
import { openRulings } from "./rulings.ts";

/** For tests of a service alone: what the caller's own policies say is for the test to tell; resource policies count as ever. */
export function testAuthority(
  own: (question: { readonly principal: Principal; readonly account: string }) => "allow" | "nothing" = () => "allow",
  now: () => number = () => Date.UTC(2026, 10, 21),
): Authority {
  const authority = createAuthority({ rulings: openRulings(), now, secure: () => false });
  const withPolicies = (question: AccessQuestion): AccessQuestion => {
    const { principal, account } = question;
    if (principal.type === "AWSService") return question;
    const identity = own(question) === "allow" ? EVERYTHING : NO_POLICIES;
    return { ...question, principal: withOwnPolicies(principal, account, identity) };
  };
  return {
    ask: (question) => authority.ask(withPolicies(question)),
    weigh: (question) => authority.weigh(withPolicies(question)),
    note: () => {},
    noteAllowed: () => {},
  };
}
