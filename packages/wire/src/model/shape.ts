/**
 * The model of a service as the codec sees it: operations, and the shapes of what they take and give.
 * It is built from a snapshot (`load.ts`), never changed afterwards, and knows nothing of any service's meaning.
 */

export type Protocol = "awsJson1_0" | "awsJson1_1" | "awsQuery" | "ec2Query" | "restJson1" | "restXml" | "rpcv2Cbor";

export interface ServiceModel {
  /** The name of the SDK's package without `@aws-sdk/client-`, for example `cloudwatch-logs`. */
  readonly name: string;
  /** AWS's service id, for example `CloudWatch Logs`. */
  readonly id: string;
  /** The service's name in a signature's scope, for example `logs`. */
  readonly signingName: string;
  /** The part of `X-Amz-Target` before the last dot, and the service's name in an rpcv2Cbor path. */
  readonly target: string;
  /** The API's date, which is the query protocols' `Version`. */
  readonly version: string;
  /** The Smithy namespace that qualifies error types for the services that once spoke query. */
  readonly namespace: string;
  readonly xmlNamespace: string | undefined;
  /** What the service speaks; the first is what its newest SDK uses. */
  readonly protocols: readonly Protocol[];
  /** The service once spoke query, so its JSON and CBOR errors carry the old codes in a header. */
  readonly queryCompatible: boolean;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Operations the service has at AWS but not here: they are refused by name. */
  readonly unsupported: ReadonlySet<string>;
  readonly errors: ReadonlyMap<string, StructureShape>;
}

export interface Operation {
  readonly name: string;
  /** `undefined` when the operation takes nothing. */
  readonly input: StructureShape | undefined;
  /** `undefined` when the operation gives nothing. */
  readonly output: StructureShape | undefined;
  /** Names of the errors that AWS documents for the operation. */
  readonly errors: readonly string[];
  /** Where a REST protocol finds the operation. */
  readonly http: { readonly method: string; readonly uri: string; readonly status: number } | undefined;
}

export type Shape = StructureShape | ListShape | MapShape | SimpleShape;

export interface StructureShape {
  readonly kind: "structure";
  readonly name: string;
  /** Exactly one member is set. */
  readonly union: boolean;
  readonly members: readonly Member[];
  readonly xmlName: string | undefined;
  readonly xmlNamespace: XmlNamespace | undefined;
  readonly error: ErrorTraits | undefined;
}

export interface ErrorTraits {
  readonly fault: "client" | "server";
  readonly status: number;
  /** The code in the query protocols, where it differs from the shape's name. */
  readonly queryCode?: string | undefined;
}

export interface ListShape {
  readonly kind: "list";
  readonly name: string;
  readonly member: Member;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Elements may be null. */
  readonly sparse: boolean;
}

export interface MapShape {
  readonly kind: "map";
  readonly name: string;
  readonly key: Member;
  readonly value: Member;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly sparse: boolean;
}

export type SimpleKind =
  | "string"
  | "boolean"
  | "integer"
  | "long"
  | "float"
  | "double"
  | "bigInteger"
  | "bigDecimal"
  | "timestamp"
  | "blob"
  | "document";

export interface SimpleShape {
  readonly kind: SimpleKind;
  readonly name: string;
  /** Length of a string or blob, value of a number. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** As AWS writes it; matches the whole string. */
  readonly pattern: string | undefined;
  readonly enum: readonly string[] | undefined;
}

export interface Member extends Traits {
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
}

/** A namespace prefix (empty for the default namespace) and its address. */
export type XmlNamespace = readonly [prefix: string, uri: string];

export type TimestampFormat = "epoch-seconds" | "date-time" | "http-date";

/** How a member travels, where that differs from its protocol's default. */
export interface Traits {
  readonly jsonName?: string;
  readonly xmlName?: string;
  readonly xmlFlattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly xmlNamespace?: XmlNamespace;
  readonly ec2QueryName?: string;
  readonly timestampFormat?: TimestampFormat;
  readonly mediaType?: string;
  /** A blob that is a stream of bytes, or a union that is a stream of events. */
  readonly streaming?: boolean;
  readonly sensitive?: boolean;
  readonly idempotencyToken?: boolean;
  readonly httpLabel?: boolean;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly httpQuery?: string;
  readonly httpQueryParams?: boolean;
  readonly httpPayload?: boolean;
  readonly httpResponseCode?: boolean;
  readonly eventPayload?: boolean;
  readonly eventHeader?: boolean;
}
