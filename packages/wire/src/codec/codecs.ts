import type { Protocol, ServiceModel } from "../model/shape.ts";
import type { Codec } from "./answer.ts";
import { queryCodec } from "./query.ts";
import { restCodec } from "./rest.ts";
import { rpcCodec } from "./rpc.ts";

/** The codec of one protocol of one service. Compiles as it is used; keep it. */
export function codecOf(model: ServiceModel, protocol: Protocol): Codec {
  switch (protocol) {
    case "awsJson1_0":
    case "awsJson1_1":
    case "rpcv2Cbor":
      return rpcCodec(model, protocol);
    case "awsQuery":
    case "ec2Query":
      return queryCodec(model, protocol);
    case "restJson1":
    case "restXml":
      return restCodec(model, protocol);
  }
}

/** Whether a service speaks a protocol. JSON's two versions differ in a header, and AWS takes either. */
export const speaks = (model: ServiceModel, protocol: Protocol): boolean =>
  model.protocols.includes(protocol) ||
  (protocol.startsWith("awsJson") && model.protocols.some((name) => name.startsWith("awsJson")));
