import { loadModel, type Service, service } from "@nephoscope/wire";
import { type ServiceAccess, serviceAccess } from "../../../platform/access/need.ts";
import {
  deletePublicAccessBlock,
  getPublicAccessBlock,
  putPublicAccessBlock,
  type S3ControlDeps,
  type S3ControlSdk,
} from "./operations.ts";

/** S3 Control: what holds for all buckets of an account. */
export function s3ControlService(deps: S3ControlDeps): Service {
  return service<S3ControlSdk, S3ControlDeps>(loadModel("s3-control"))(
    {
      DeletePublicAccessBlock: deletePublicAccessBlock,
      GetPublicAccessBlock: getPublicAccessBlock,
      PutPublicAccessBlock: putPublicAccessBlock,
    },
    deps,
  );
}

const ofAccount = (action: string) => () => ({ action: `s3:${action}`, resource: "*" });

/** What each operation needs (Service Authorization Reference, "S3"): to delete a block is to put another. */
export const s3ControlAccess: ServiceAccess = serviceAccess<S3ControlSdk>(
  {
    DeletePublicAccessBlock: ofAccount("PutAccountPublicAccessBlock"),
    GetPublicAccessBlock: ofAccount("GetAccountPublicAccessBlock"),
    PutPublicAccessBlock: ofAccount("PutAccountPublicAccessBlock"),
  },
  { deniedBy: "AccessDenied" },
);
