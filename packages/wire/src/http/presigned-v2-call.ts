import { checkPresignedV2, type PresignedV2 } from "../auth/presigned-v2.ts";
import type { CallSignature } from "../service.ts";
import type { Arrival, Conducted } from "./arrival.ts";
import { namedCredential } from "./credential.ts";
import { withBody } from "./received-body.ts";
import { bucketOfHost } from "./route.ts";
import { runCall, unknownOperation } from "./run-call.ts";
import { unprovenBody } from "./unproven-body.ts";

/** Signatures without a scope are of the time when S3 had one region. */
const NO_SCOPE_REGION = "us-east-1";

const SIGNATURE: CallSignature = { place: "REST-QUERY-STRING", version: "AWS", at: undefined };

/** A call of S3 by a URL that was signed with the second version of AWS's signature. */
export async function presignedV2Call(arrival: Arrival, presigned: PresignedV2): Promise<Conducted> {
  const { req, query, detected, progress, server } = arrival;
  progress.claim = { accessKeyId: presigned.accessKeyId, region: NO_SCOPE_REGION };
  const credential = await namedCredential(server, "s3", presigned);
  const { method = "GET", url = "/", headers } = req;
  const hostBucket = bucketOfHost(headers.host ?? "");
  checkPresignedV2(presigned, credential.secret, { method, url, headers, query, hostBucket }, server.clock());
  const { service } = detected;
  if (!service) throw unknownOperation(detected.operation);
  const caller = { ...credential, region: NO_SCOPE_REGION };
  progress.credential = caller;
  return withBody(
    arrival,
    (share) => unprovenBody(arrival, service, share),
    (body) => runCall(arrival, { service, caller, body, signature: SIGNATURE }),
  );
}
