import { decodeAuthorizationMessage as decode } from "../../platform/identity/authorization-message.ts";
import { accountOfKeyId } from "../../platform/identity/key-ids.ts";
import { type StsOperation, validationError } from "./operation.ts";

export const getCallerIdentity: StsOperation<"GetCallerIdentity"> = async (_input, call) => ({
  Account: call.account,
  Arn: call.principal.arn,
  UserId: call.principal.principalId,
});

/** The account of a key: of a lasting one as it is stored, of a temporary one as its id says. */
export const getAccessKeyInfo: StsOperation<"GetAccessKeyInfo"> = async (input, _call, deps) => {
  const { accessKeys, accounts } = deps.identity.directory;
  const account = accessKeys.get("", input.AccessKeyId)?.document.account ?? accountOfKeyId(input.AccessKeyId);
  if (account === undefined || accounts.get("", account) === undefined) {
    throw validationError(`No account of this installation has the access key ${input.AccessKeyId}.`);
  }
  return { Account: account };
};

export const decodeAuthorizationMessage: StsOperation<"DecodeAuthorizationMessage"> = async (input, call, deps) => {
  const message = decode(deps.box, call.account, input.EncodedMessage);
  if (message !== undefined) return { DecodedMessage: message };
  throw call.error("InvalidAuthorizationMessageException", "The encoded authorization message is invalid.");
};
