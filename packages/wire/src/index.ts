/** AWS's wire protocols for a server: models, codecs, signatures, HTTP. Knows no service's meaning. */
export { CHECKSUM_ALGORITHMS, payloadChecksum } from "./auth/checksum.ts";
export { type RequestToSign, type SigningCredential, signRequest } from "./auth/sign.ts";
export { WireFailure } from "./codec/failure.ts";
export { redact } from "./codec/redact.ts";
export type { SessionCaller, UnsignedCaller, WireSession } from "./http/arrival.ts";
export { defaultLimits, type Limits } from "./http/limits.ts";
export type { CallOutcome, CallRecord } from "./http/record.ts";
export { bucketOf } from "./http/route.ts";
export { createWireServer, type WireServer, type WireServerOptions } from "./http/server.ts";
export { StreamedBody } from "./http/streamed-body.ts";
export type { ServiceName } from "./model/implemented.ts";
export { loadModel, modelFromSnapshot } from "./model/load.ts";
export type { Operation, Protocol, ServiceModel } from "./model/shape.ts";
export type { Snapshot } from "./model/snapshot.ts";
export {
  type ApiTypes,
  type Call,
  type CommonErrorName,
  type Credential,
  type ErrorMembers,
  type ErrorName,
  type Handlers,
  type InputOf,
  type OperationName,
  type OutputOf,
  type Principal,
  type Service,
  type ServiceOptions,
  service,
} from "./service.ts";
