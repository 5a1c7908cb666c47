import type { Protocol } from "../shape.ts";

export interface ClientSettings {
  readonly id: string;
  readonly signingName: string;
  readonly target: string;
  readonly version: string;
  readonly namespace: string;
  readonly xmlNamespace: string | undefined;
  readonly protocol: Protocol;
  readonly queryCompatible: boolean;
}

/** The facts about a service that its schemas lack: they are in the configuration of a constructed client of the SDK. */
export function clientSettings(sdk: Readonly<Record<string, unknown>>): ClientSettings {
  const found = Object.entries(sdk).find(([name]) => name.endsWith("Client") && name !== "__Client");
  if (!found) throw new Error("The SDK module exports no client class.");
  const Client = found[1] as new (config: object) => { config: ClientConfig };
  const { config } = new Client({ region: "us-east-1", credentials: { accessKeyId: "x", secretAccessKey: "x" } });
  const settings = config.protocolSettings;
  const protocol = PROTOCOL_OF_SHAPE_ID[config.protocol.getShapeId()];
  if (!protocol)
    throw new Error(`The protocol ${config.protocol.getShapeId()} of ${config.serviceId} is not one this wire speaks.`);
  return {
    id: config.serviceId,
    signingName: config.defaultSigningName,
    target: settings.serviceTarget,
    version: settings.version,
    namespace: settings.defaultNamespace,
    xmlNamespace: settings.xmlNamespace,
    protocol,
    queryCompatible: settings.awsQueryCompatible === true,
  };
}

interface ClientConfig {
  readonly serviceId: string;
  readonly defaultSigningName: string;
  readonly protocol: { getShapeId(): string };
  readonly protocolSettings: {
    readonly serviceTarget: string;
    readonly version: string;
    readonly defaultNamespace: string;
    readonly xmlNamespace?: string;
    readonly awsQueryCompatible?: boolean;
  };
}

const PROTOCOL_OF_SHAPE_ID: Readonly<Record<string, Protocol>> = {
  "aws.protocols#awsJson1_0": "awsJson1_0",
  "aws.protocols#awsJson1_1": "awsJson1_1",
  "aws.protocols#awsQuery": "awsQuery",
  "aws.protocols#ec2Query": "ec2Query",
  "aws.protocols#restJson1": "restJson1",
  "aws.protocols#restXml": "restXml",
  "smithy.protocols#rpcv2Cbor": "rpcv2Cbor",
};
