import { NormalizedSchema } from "@smithy/core/schema";
import type { Protocol, SimpleKind, TimestampFormat, Traits, XmlNamespace } from "./shape.ts";
import type { Snapshot, SnapshotMember, SnapshotOperation, SnapshotShape } from "./snapshot.ts";

/**
 * Development only: makes a snapshot of a service from two sources that AWS publishes.
 *
 * - An SDK client module for JavaScript: every operation's schema, which tells how each member travels.
 * - botocore's model of the same service: names of simple shapes, constraints, kinds of numbers, errors by operation.
 *
 * The two are joined by a walk in parallel from each operation. A member that only the SDK knows is kept without
 * constraints and reported.
 */
export interface Extraction {
  readonly snapshot: Snapshot;
  /** Input members and operations that botocore does not have, as `Shape.member`; they carry no constraints. */
  readonly unjoined: readonly string[];
}

/** The part of botocore's `service-2.json` that is read here. */
export interface BotocoreModel {
  readonly metadata: {
    readonly protocols?: readonly string[];
    readonly xmlNamespace?: string | { readonly uri: string };
  };
  readonly operations: Readonly<
    Record<
      string,
      { readonly input?: BotocoreRef; readonly output?: BotocoreRef; readonly errors?: readonly BotocoreRef[] }
    >
  >;
  readonly shapes: Readonly<Record<string, BotocoreShape>>;
}

interface BotocoreRef {
  readonly shape: string;
}

interface BotocoreShape {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly member?: BotocoreRef;
  readonly key?: BotocoreRef;
  readonly value?: BotocoreRef;
  readonly members?: Readonly<Record<string, BotocoreRef>>;
}

export interface ExtractOptions {
  /** The service's name, for example `cloudwatch-logs`. */
  readonly name: string;
  /** The module namespace of `@aws-sdk/client-<name>`. */
  readonly sdk: Readonly<Record<string, unknown>>;
  readonly sdkVersion: string;
  /** Without it nothing is constrained. */
  readonly botocore: BotocoreModel | undefined;
  readonly botocoreVersion: string;
  /** Names of the operations to take; all of them when absent. */
  readonly operations?: readonly string[];
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

/** The SDK's schema of SQS has no namespace for its older, query form; this is the one its answers always carried. */
const XML_NAMESPACE_OVERRIDES: Readonly<Record<string, string>> = { sqs: "http://queue.amazonaws.com/doc/2012-11-05/" };

/** The model gives no status for these errors, and the default 400 breaks clients: HeadObject must answer 404. */
const STATUS_OVERRIDES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  s3: {
    NotFound: 404,
    NoSuchKey: 404,
    NoSuchBucket: 404,
    NoSuchUpload: 404,
    BucketAlreadyExists: 409,
    BucketAlreadyOwnedByYou: 409,
  },
};

/**
 * Names that the service itself answers for, with an error of its own, or takes although its model leaves them out: the older
 * `AttributeNames` of ReceiveMessage takes those of messages as well.
 */
const OPEN_ENUMS: Readonly<Record<string, readonly string[]>> = {
  sqs: ["QueueAttributeName", "MessageSystemAttributeName"],
};

export function extract(options: ExtractOptions): Extraction {
  const { sdk, botocore } = options;
  const settings = clientSettings(sdk);
  const walk = new Walk(botocore);
  const wanted = options.operations && new Set(options.operations);
  const operations: Record<string, SnapshotOperation> = {};
  const unsupported: string[] = [];
  const errors: string[] = [];
  for (const schema of Object.values(sdk)) {
    if (!Array.isArray(schema)) continue;
    if (schema[0] === OPERATION) {
      const name: string = schema[2];
      if (wanted && !wanted.has(name)) unsupported.push(name);
      else operations[name] = walk.operation(name, schema);
    } else if (schema[0] === ERROR) {
      const name = walk.structure(NormalizedSchema.of(asSchema(schema)), schema[2]);
      if (name !== undefined) errors.push(name);
    }
  }
  for (const name of options.operations ?? []) {
    if (!operations[name]) throw new Error(`@aws-sdk/client-${options.name} has no operation named ${name}.`);
  }
  for (const [name, status] of Object.entries(STATUS_OVERRIDES[options.name] ?? {})) walk.overrideStatus(name, status);
  for (const name of OPEN_ENUMS[options.name] ?? []) walk.openEnum(name);
  const xmlNamespace = settings.xmlNamespace ?? XML_NAMESPACE_OVERRIDES[options.name];
  return {
    snapshot: {
      source: {
        client: `@aws-sdk/client-${options.name}@${options.sdkVersion}`,
        botocore: botocore ? `botocore@${options.botocoreVersion}` : "none",
      },
      service: {
        name: options.name,
        id: settings.id,
        signingName: settings.signingName,
        target: settings.target,
        version: settings.version,
        namespace: settings.namespace,
        ...(xmlNamespace === undefined ? {} : { xmlNamespace }),
        protocols: protocols(settings.protocol, settings.queryCompatible, botocore),
        queryCompatible: settings.queryCompatible,
      },
      operations: sorted(operations),
      unsupported: unsupported.sort(),
      errors: [...new Set(errors)].sort(),
      shapes: sorted(walk.shapes),
    },
    unjoined: walk.unjoined,
  };
}

const OPERATION = 9;
const ERROR = -3;

/** The SDK's schemas are nested tuples that its types leave open; `NormalizedSchema` checks them as it reads. */
type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];
const asSchema = (value: unknown): SchemaRef => value as SchemaRef;

function protocols(first: Protocol, queryCompatible: boolean, botocore: BotocoreModel | undefined): Protocol[] {
  const all = new Set<Protocol>([first]);
  if (queryCompatible) all.add("awsQuery");
  if (botocore?.metadata.protocols?.includes("smithy-rpc-v2-cbor")) all.add("rpcv2Cbor");
  return [...all];
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface ClientSettings {
  readonly id: string;
  readonly signingName: string;
  readonly target: string;
  readonly version: string;
  readonly namespace: string;
  readonly xmlNamespace: string | undefined;
  readonly protocol: Protocol;
  readonly queryCompatible: boolean;
}

/** The facts about a service that its schemas lack are in the configuration of a constructed client. */
function clientSettings(sdk: Readonly<Record<string, unknown>>): ClientSettings {
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

/** Collects shapes by name while it follows the SDK's schemas and botocore's side by side. */
class Walk {
  readonly shapes: Record<string, SnapshotShape> = {};
  readonly unjoined: string[] = [];
  readonly #botocore: BotocoreModel | undefined;

  constructor(botocore: BotocoreModel | undefined) {
    this.#botocore = botocore;
  }

  operation(name: string, schema: readonly unknown[]): SnapshotOperation {
    const known = this.#botocore?.operations[name];
    if (this.#botocore && !known) this.unjoined.push(name);
    const traits = schema[3];
    const http = typeof traits === "object" && traits !== null && "http" in traits ? traits.http : undefined;
    const input = this.structure(NormalizedSchema.of(asSchema(schema[4])), known?.input?.shape);
    const output = this.structure(NormalizedSchema.of(asSchema(schema[5])), known?.output?.shape);
    return {
      ...(input === undefined ? {} : { input }),
      ...(output === undefined ? {} : { output }),
      errors: (known?.errors ?? []).map((error) => error.shape).sort(),
      ...(Array.isArray(http) ? { http: { method: http[0], uri: http[1], status: http[2] } } : {}),
    };
  }

  openEnum(name: string): void {
    const shape = this.shapes[name];
    if (shape && "enum" in shape) {
      const { enum: _, ...open } = shape;
      this.shapes[name] = open;
    }
  }

  overrideStatus(name: string, status: number): void {
    const shape = this.shapes[name];
    if (shape?.kind === "structure" && shape.error) this.shapes[name] = { ...shape, error: { ...shape.error, status } };
  }

  /** Gives the name of the structure, or `undefined` for "nothing". */
  structure(schema: NormalizedSchema, joined: string | undefined): string | undefined {
    if (schema.isUnitSchema()) return undefined;
    const name = schema.getName() ?? joined;
    if (name === undefined) throw new Error("A structure without a name cannot be stored.");
    if (this.shapes[name]) return name;
    const raw: unknown = schema.getSchema();
    const required = Array.isArray(raw) && typeof raw[6] === "number" ? raw[6] : 0;
    const traits = schema.getOwnTraits();
    const known = joined === undefined ? undefined : this.#botocore?.shapes[joined];
    const members: Record<string, SnapshotMember> = {};
    this.shapes[name] = {
      kind: "structure",
      ...(schema.isUnionSchema() ? { union: true } : {}),
      ...(typeof traits.xmlName === "string" ? { xmlName: traits.xmlName } : {}),
      ...(traits.xmlNamespace === undefined ? {} : { xmlNamespace: xmlNamespace(traits.xmlNamespace) }),
      ...(traits.error === undefined ? {} : { error: errorTraits(traits) }),
      members,
    };
    let index = 0;
    for (const [memberName, member] of schema.structIterator()) {
      const partner = known?.members?.[memberName]?.shape;
      if (known && !partner && !traits.error) this.unjoined.push(`${name}.${memberName}`);
      members[memberName] = {
        shape: this.#shape(member, partner),
        ...(index++ < required ? { required: true } : {}),
        ...memberTraits(member),
      };
    }
    return name;
  }

  #shape(schema: NormalizedSchema, joined: string | undefined): string {
    const known = joined === undefined ? undefined : this.#botocore?.shapes[joined];
    if (schema.isStructSchema()) {
      const name = this.structure(schema, joined);
      if (name === undefined) throw new Error("A member cannot have the unit shape.");
      return name;
    }
    if (schema.isListSchema()) {
      const value = schema.getValueSchema();
      const member = { shape: this.#shape(value, known?.member?.shape), ...memberTraits(value) };
      return this.#add(joined, `ListOf${member.shape}`, { kind: "list", member, ...size(known), ...sparse(schema) });
    }
    if (schema.isMapSchema()) {
      const key = {
        shape: this.#shape(schema.getKeySchema(), known?.key?.shape),
        ...memberTraits(schema.getKeySchema()),
      };
      const value = {
        shape: this.#shape(schema.getValueSchema(), known?.value?.shape),
        ...memberTraits(schema.getValueSchema()),
      };
      return this.#add(joined, `MapOf${value.shape}`, { kind: "map", key, value, ...size(known), ...sparse(schema) });
    }
    const kind = simpleKind(schema, known);
    return this.#add(joined, kind, {
      kind,
      ...size(known),
      ...(known?.pattern === undefined ? {} : { pattern: known.pattern }),
      ...(known?.enum === undefined ? {} : { enum: known.enum }),
    });
  }

  /** Two schemas may share botocore's name and differ (a list that is sparse in one place): then the later gets a number. */
  #add(joined: string | undefined, otherwise: string, shape: SnapshotShape): string {
    const base = joined ?? otherwise;
    const text = JSON.stringify(shape);
    for (let copy = 1; ; copy++) {
      const name = copy === 1 ? base : `${base}_${copy}`;
      const present = this.shapes[name];
      if (present && JSON.stringify(present) !== text) continue;
      this.shapes[name] = shape;
      return name;
    }
  }
}

type SdkTraits = ReturnType<NormalizedSchema["getMergedTraits"]>;

const size = (known: BotocoreShape | undefined) => ({
  ...(known?.min === undefined ? {} : { min: known.min }),
  ...(known?.max === undefined ? {} : { max: known.max }),
});
const sparse = (schema: NormalizedSchema) => (schema.getOwnTraits().sparse ? { sparse: true } : {});

function simpleKind(schema: NormalizedSchema, known: BotocoreShape | undefined): SimpleKind {
  if (schema.isBigIntegerSchema()) return "bigInteger";
  if (schema.isBigDecimalSchema()) return "bigDecimal";
  if (schema.isStringSchema()) return "string";
  if (schema.isBooleanSchema()) return "boolean";
  if (schema.isTimestampSchema()) return "timestamp";
  if (schema.isBlobSchema()) return "blob";
  if (schema.isNumericSchema()) {
    const kind = known?.type;
    return kind === "integer" || kind === "long" || kind === "float" ? kind : "double";
  }
  return "document";
}

/** The numbers by which the SDK's schemas name a timestamp's format. */
const TIMESTAMP_FORMATS: Readonly<Record<number, TimestampFormat>> = {
  5: "date-time",
  6: "http-date",
  7: "epoch-seconds",
};

function memberTraits(schema: NormalizedSchema): Traits {
  const traits = schema.getMergedTraits();
  const out: Record<string, unknown> = {};
  for (const name of [
    "jsonName",
    "xmlName",
    "ec2QueryName",
    "mediaType",
    "httpHeader",
    "httpQuery",
    "httpPrefixHeaders",
  ] as const) {
    if (typeof traits[name] === "string") out[name] = traits[name];
  }
  // A structure's own xmlName names it as a document's root, and must not rename the member that holds it.
  if (schema.isStructSchema()) {
    const own = schema.getMemberTraits().xmlName;
    if (typeof own === "string") out.xmlName = own;
    else delete out.xmlName;
  }
  for (const name of [
    "xmlFlattened",
    "xmlAttribute",
    "sensitive",
    "idempotencyToken",
    "httpLabel",
    "httpQueryParams",
    "httpPayload",
    "httpResponseCode",
    "eventPayload",
    "eventHeader",
  ] as const) {
    if (traits[name]) out[name] = true;
  }
  if (schema.isStreaming()) out.streaming = true;
  if (traits.xmlNamespace !== undefined) out.xmlNamespace = xmlNamespace(traits.xmlNamespace);
  const raw: unknown = schema.getSchema();
  const format = schema.isTimestampSchema() && typeof raw === "number" ? TIMESTAMP_FORMATS[raw] : undefined;
  if (format) out.timestampFormat = format;
  return out;
}

function xmlNamespace(trait: unknown): XmlNamespace {
  if (Array.isArray(trait)) return [String(trait[0] ?? ""), String(trait[1])];
  return ["", String(trait)];
}

function errorTraits(traits: SdkTraits) {
  const fault = traits.error === "server" ? ("server" as const) : ("client" as const);
  const query = Array.isArray(traits.awsQueryError) ? traits.awsQueryError : undefined;
  const status = typeof traits.httpError === "number" ? traits.httpError : fault === "client" ? 400 : 500;
  return { fault, status, ...(query ? { queryCode: String(query[0]) } : {}) };
}
