import type * as Sdk from "@aws-sdk/client-sts";
import { loadModel, type Service, service } from "@nephoscope/wire";

/** STS, as far as callers ask who they are. */
export function stsService(): Service {
  return service<typeof Sdk, undefined>(loadModel("sts"))(
    {
      async GetCallerIdentity(_input, call) {
        return { Account: call.account, Arn: call.principal.arn, UserId: call.principal.principalId };
      },
    },
    undefined,
  );
}
