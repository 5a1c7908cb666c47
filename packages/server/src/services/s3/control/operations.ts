import type * as Sdk from "@aws-sdk/client-s3-control";
import type { Call, Handlers } from "@nephoscope/wire";
import type { State } from "../../../platform/state/state.ts";
import { blockOf, noBlock, told } from "../access/public-access.ts";
import { refusal } from "../failures.ts";
import { accountBlockRef } from "./account-block.ts";

export type S3ControlSdk = typeof Sdk;
export interface S3ControlDeps {
  readonly state: State;
}
type Operation<Name extends keyof Handlers<S3ControlSdk, S3ControlDeps>> = Required<
  Handlers<S3ControlSdk, S3ControlDeps>
>[Name];

/** Each call names an account, which must be the caller's: nobody blocks what is another's. */
function ownAccount(call: Call<S3ControlSdk>, { AccountId }: { readonly AccountId?: string | undefined }): string {
  if (AccountId !== call.account) throw refusal("AccessDenied", "Access Denied");
  return call.account;
}

const causeOf = (call: Call<S3ControlSdk>) => ({
  action: `s3:${call.operation}`,
  requestId: call.requestId,
  principalArn: call.principal.arn,
});

export const getPublicAccessBlock: Operation<"GetPublicAccessBlock"> = async (input, call, { state }) => {
  const found = state.get<ReturnType<typeof blockOf>>(accountBlockRef(ownAccount(call, input)));
  if (!found) throw noBlock();
  return { PublicAccessBlockConfiguration: told(found.document) };
};

export const putPublicAccessBlock: Operation<"PutPublicAccessBlock"> = async (input, call, { state }) => {
  const put = accountBlockRef(ownAccount(call, input));
  const document = blockOf(input.PublicAccessBlockConfiguration);
  await state.commit({ cause: causeOf(call), changes: [{ put, document, expect: "any" }] });
  return {};
};

export const deletePublicAccessBlock: Operation<"DeletePublicAccessBlock"> = async (input, call, { state }) => {
  const found = state.get(accountBlockRef(ownAccount(call, input)));
  if (found) await state.commit({ cause: causeOf(call), changes: [{ remove: found.ref, expect: "any" }] });
  return {};
};
