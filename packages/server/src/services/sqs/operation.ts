import type * as Sdk from "@aws-sdk/client-sqs";
import { type Call, type Handlers, type InputOf, type OutputOf, WireFailure } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { State } from "../../platform/state/state.ts";
import type { MessageStore } from "./messages/message-store.ts";
import type { SealedBodies } from "./messages/sealed-body.ts";
import type { WaitingReceivers } from "./messages/waiting-receivers.ts";

/** What the operations of SQS work with. */
export interface SqsDeps {
  readonly state: State;
  readonly messages: MessageStore;
  readonly receivers: WaitingReceivers;
  readonly bodies: SealedBodies;
  readonly clock: Clock;
  /** What queue URLs begin with, without a slash at the end. */
  readonly publicUrl: () => string;
}

export type SqsSdk = typeof Sdk;
export type SqsCall = Call<SqsSdk>;
type Operations = Required<Handlers<SqsSdk, SqsDeps>>;
export type SqsOperation<Name extends keyof Operations> = Operations[Name];
export type SqsInput<Name extends string> = InputOf<SqsSdk, Name>;
export type SqsOutput<Name extends string> = OutputOf<SqsSdk, Name>;

/** Errors that SQS answers with although its model doesn't list them. */
export const missingParameter = (name: string): WireFailure =>
  new WireFailure("MissingParameter", `The request must contain the parameter ${name}.`);
export const invalidParameter = (message: string): WireFailure => new WireFailure("InvalidParameterValue", message);
