import type { CommandImpl } from "@smithy/core/client";

/**
 * Types of calls' inputs and outputs as AWS's JSON protocols carry them, made from the types of an SDK's client module, of which nothing
 * runs here: `import type * as Logs from "@aws-sdk/client-cloudwatch-logs"`. Timestamps are seconds since 1970 with fractions, blobs are Base64.
 */

type CommandName<K> = K extends "$Command" ? never : K extends `${infer Name}Command` ? Name : never;

/** Names of the operations of the client module `M`. */
export type OperationName<M> = CommandName<keyof M> & string;

type CommandOf<M, Op extends string> = `${Op}Command` extends keyof M
  ? M[`${Op}Command`] extends abstract new (
      ...args: never[]
    ) => infer C
    ? C
    : never
  : never;

type Leaf = string | number | bigint | boolean | undefined | null;

/** A value of the SDK as JSON carries it. */
export type Json<T> = T extends Leaf
  ? T
  : T extends Date
    ? number
    : T extends Uint8Array
      ? string
      : T extends (infer E)[]
        ? Json<E>[]
        : { [K in keyof T as K extends "$metadata" ? never : K]: Json<T[K]> };

export type Input<M, Op extends string> =
  CommandOf<M, Op> extends CommandImpl<infer I, infer _O, infer _C, infer _SI, infer _SO> ? Json<I> : never;

export type Output<M, Op extends string> =
  CommandOf<M, Op> extends CommandImpl<infer _I, infer O, infer _C, infer _SI, infer _SO> ? Json<O> : never;
