import type { Protocol } from "../shape.ts";
import type { Snapshot, SnapshotOperation } from "../snapshot.ts";
import type { BotocoreModel } from "./botocore.ts";
import { clientSettings } from "./client-settings.ts";
import { Walk } from "./walk.ts";

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
      errors.push(walk.error(schema[2], schema));
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

function protocols(first: Protocol, queryCompatible: boolean, botocore: BotocoreModel | undefined): Protocol[] {
  const all = new Set<Protocol>([first]);
  if (queryCompatible) all.add("awsQuery");
  if (botocore?.metadata.protocols?.includes("smithy-rpc-v2-cbor")) all.add("rpcv2Cbor");
  return [...all];
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
