import type { Readable } from "node:stream";
import type { CommandImpl } from "@smithy/core/client";
import { WireFailure } from "./codec/failure.ts";
import type { Protocol, ServiceModel } from "./model/shape.ts";

/**
 * The handler API. `M` is the type of an SDK client module, from `import type * as Logs from
 * "@aws-sdk/client-cloudwatch-logs"`: its command classes give the inputs and outputs, its exception classes the errors.
 * Nothing of the SDK runs.
 */

type OperationOf<K> = K extends "$Command" ? never : K extends `${infer Name}Command` ? Name : never;

/** Names of the operations in `M`. */
export type OperationName<M> = OperationOf<keyof M>;

type CommandOf<M, Op extends string> = `${Op}Command` extends keyof M
  ? M[`${Op}Command`] extends abstract new (
      ...args: never[]
    ) => infer C
    ? C
    : never
  : never;

type Leaf = Date | Uint8Array | ((...args: never[]) => unknown) | string | number | bigint | boolean;

/** The SDK marks required members as possibly undefined; here they are simply there. A streaming blob becomes `Blob`. */
type Strict<T, Blob> = T extends Leaf
  ? T
  : T extends AsyncIterable<infer E>
    ? AsyncIterable<E>
    : T extends (infer E)[]
      ? Strict<E, Blob>[]
      : {
          [K in keyof T as K extends "$metadata" ? never : K]: object extends Pick<T, K>
            ? Field<T[K], Blob> | undefined
            : Field<Exclude<T[K], undefined>, Blob>;
        };
type Field<V, Blob> = [Extract<V, Readable>] extends [never] ? Strict<V, Blob> : Blob;

/** The types of an API of our own, in the form of an SDK's module: the input and output of each operation. */
export type ApiTypes<Operations extends { readonly [Op in keyof Operations]: { input: object; output: object } }> = {
  readonly [Op in keyof Operations & string as `${Op}Command`]: abstract new (
    ...args: never[]
  ) => CommandImpl<Operations[Op]["input"], Operations[Op]["output"] & { $metadata: object }, never>;
};

/** What a handler gets: typed, complete, within AWS's constraints. A streaming body is read from a `Readable`. */
export type InputOf<M, Op extends string> =
  CommandOf<M, Op> extends CommandImpl<infer I, infer _O, infer _C, infer _SI, infer _SO> ? Strict<I, Readable> : never;

/** What a handler gives. */
export type OutputOf<M, Op extends string> =
  CommandOf<M, Op> extends CommandImpl<infer _I, infer O, infer _C, infer _SI, infer _SO>
    ? Strict<O, AsyncIterable<Uint8Array> | Uint8Array>
    : never;

type ServiceException = { readonly $fault: "client" | "server"; readonly name: string };

/** Names of the errors that the service models. */
export type ErrorName<M> = {
  [K in keyof M]: M[K] extends abstract new (
    ...args: never[]
  ) => infer E
    ? E extends ServiceException
      ? E["name"] extends K
        ? K
        : never
      : never
    : never;
}[keyof M] &
  string;

type ExceptionOf<M, N extends string> = N extends keyof M
  ? M[N] extends abstract new (
      ...args: never[]
    ) => infer E
    ? E
    : never
  : never;

/** The members of an error beside its message. */
export type ErrorMembers<M, N extends string> = Partial<
  Omit<
    ExceptionOf<M, N>,
    | "name"
    | "$fault"
    | "$metadata"
    | "$service"
    | "$retryable"
    | "$response"
    | "message"
    | "Message"
    | "stack"
    | "cause"
  >
>;

/** Errors that any service may answer with. They are written under the name that the caller's protocol has for them. */
export type CommonErrorName =
  | "AccessDeniedException"
  | "ExpiredTokenException"
  | "InternalFailure"
  | "NotImplemented"
  | "ServiceUnavailableException"
  | "ThrottlingException"
  | "ValidationException";

const COMMON_STATUS: ReadonlyMap<string, number> = new Map<CommonErrorName, number>([
  ["AccessDeniedException", 400],
  ["ExpiredTokenException", 400],
  ["InternalFailure", 500],
  ["NotImplemented", 501],
  ["ServiceUnavailableException", 503],
  ["ThrottlingException", 400],
  ["ValidationException", 400],
]);

/** Who calls. */
export interface Principal {
  readonly type: "Root" | "IAMUser" | "AssumedRole" | "FederatedUser" | "AWSService" | "WebIdentityUser" | "Anonymous";
  readonly arn: string;
  /** AWS's unique id, for example `AIDA…`. */
  readonly principalId: string;
  readonly userName?: string;
}

export interface Credential {
  readonly accessKeyId: string;
  readonly secret: string;
  /** Twelve digits. */
  readonly account: string;
  readonly principal: Principal;
}

/** How a call was signed, in the words that S3's condition keys have for it. */
export interface CallSignature {
  readonly place: "REST-HEADER" | "REST-QUERY-STRING";
  readonly version: "AWS4-HMAC-SHA256" | "AWS";
  /** The older version says when it ends, and not when it began. */
  readonly at: Date | undefined;
}

/** One authenticated call. */
export interface Call<M = unknown> {
  readonly requestId: string;
  /** The SDK package's name, for example `cloudwatch-logs`. */
  readonly service: string;
  readonly operation: string;
  readonly protocol: Protocol;
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly accessKeyId: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  /**
   * Aborts when the client goes away or the server closes. A generator of events must stop waiting then: only when its
   * wait ends can it be closed.
   */
  readonly signal: AbortSignal;
  readonly receivedAt: Date;
  /** The same for every attempt that an SDK makes at one call; absent from clients that do not send it. */
  readonly invocationId: string | undefined;
  /** 1 for the first attempt, and where the client does not say. */
  readonly attempt: number;
  /** SHA-256 of the body as it was sent, in hex; of a body that is streamed, what `x-amz-content-sha256` says. */
  readonly bodySha256: string;
  /** Absent from calls in a session, unsigned ones, and those that services make by themselves. */
  readonly signature?: CallSignature | undefined;
  /** Makes an error for a handler to throw: one that the service models, with its further members, or a common one. */
  error<N extends ErrorName<M>>(name: N, message: string, members?: ErrorMembers<M, N>): Error;
  error(name: CommonErrorName, message: string): Error;
}

/** One function for each implemented operation. `Read` names what readers of a service's own give (see `Readers`). */
export type Handlers<M, Deps = unknown, Read = object> = {
  [Op in OperationName<M>]?: (
    input: InputOf<M, Op> | (Op extends keyof Read ? Read[Op] : never),
    call: Call<M>,
    deps: Deps,
  ) => Promise<OutputOf<M, Op>>;
};

/**
 * Readers of JSON bodies for the few operations that carry megabytes, where the general reader's objects would cost more
 * than the call's work. Such a reader takes only what is surely right by the model's every constraint, and gives
 * undefined for all else, which the general reader then reads or refuses.
 */
export type Readers<Read> = { readonly [Op in keyof Read]: (body: Buffer) => Read[Op] | undefined };

/** A model with its handlers, ready for a server. Stateless apart from what the handlers hold. */
export interface Service {
  readonly model: ServiceModel;
  /** Names of the operations that have a handler. */
  readonly implemented: ReadonlySet<string>;
  /** The service's own reader of an operation's JSON body; undefined where the general reader is to read it. */
  read?(operation: string, body: Buffer): object | undefined;
  /** Runs the handler of an implemented operation with input that was read by the model or by `read`. */
  run(operation: string, input: unknown, call: Call): Promise<unknown>;
}

export interface ServiceOptions<Read = object> {
  /** Refuse to start when an operation of the model has no handler. Without it such calls are answered NotImplemented. */
  readonly requireAll?: boolean;
  readonly readers?: Readers<Read>;
}

/** Curried, because TypeScript cannot infer handlers' parameters while it still infers `M`. */
export function service<M, Deps = unknown, Read = object>(
  model: ServiceModel,
  options: ServiceOptions<Read> = {},
): (handlers: Handlers<M, Deps, Read>, deps: Deps) => Service {
  return (handlers, deps) => {
    // Here the handlers' types end: the model's reader makes each input what its handler's type says.
    const run = new Map<string, (input: unknown, call: Call) => Promise<unknown>>();
    for (const [name, handler] of Object.entries<unknown>(handlers)) {
      if (typeof handler === "function") run.set(name, async (input, call) => handler(input, call, deps));
    }
    const readers = new Map<string, (body: Buffer) => object | undefined>();
    for (const [name, reader] of Object.entries<unknown>(options.readers ?? {})) {
      if (typeof reader === "function") readers.set(name, (body) => reader(body));
    }
    const unknown = [...run.keys(), ...readers.keys()].filter((name) => !model.operations.has(name));
    if (unknown.length > 0)
      throw new Error(
        `The snapshot of ${model.name} lacks ${unknown.join(", ")}: add the names to implemented/${model.name}.ts and run gen-wire.`,
      );
    const missing = [...model.operations.keys()].filter((name) => !run.has(name));
    if (options.requireAll && missing.length > 0)
      throw new Error(`${model.name} has no handler for ${missing.join(", ")}.`);
    return {
      model,
      implemented: new Set(run.keys()),
      read: (operation, body) => readers.get(operation)?.(body),
      run(operation, input, call) {
        const handler = run.get(operation);
        if (!handler) throw new Error(`${model.name} has no handler for ${operation}.`);
        return handler(input, call);
      },
    };
  };
}

/** What `Call.error` makes. The status and fault of a modelled error come from the model. */
export function callError(
  model: ServiceModel,
  name: string,
  message: string,
  members: Readonly<Record<string, unknown>> = {},
): WireFailure {
  const modelled = model.errors.get(name)?.error;
  const status = modelled?.status ?? COMMON_STATUS.get(name) ?? 400;
  return new WireFailure(name, message, { status, members });
}
