import type * as Sdk from "@aws-sdk/client-sns";
import type { Call, Handlers, InputOf, OutputOf } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { FunctionRunner } from "../../platform/functions/functions.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Outgoing } from "../../platform/outgoing/outgoing.ts";
import type { MessageQueues } from "../../platform/queues/message-queues.ts";
import type { State } from "../../platform/state/state.ts";
import type { Publisher } from "./publish/publisher.ts";

/** What the operations of SNS work with. */
export interface SnsDeps {
  readonly state: State;
  readonly publisher: Publisher;
  readonly outgoing: Outgoing;
  readonly queues: MessageQueues;
  readonly runner: FunctionRunner;
  readonly clock: Clock;
  readonly log: Log;
}

export type SnsSdk = typeof Sdk;
export type SnsCall = Call<SnsSdk>;
type Operations = Required<Handlers<SnsSdk, SnsDeps>>;
export type SnsOperation<Name extends keyof Operations> = Operations[Name];
export type SnsInput<Name extends string> = InputOf<SnsSdk, Name>;
export type SnsOutput<Name extends string> = OutputOf<SnsSdk, Name>;

/** AWS's commonest refusal here, always with the same beginning. */
export const invalidParameter = (call: SnsCall, text: string): Error =>
  call.error("InvalidParameterException", `Invalid parameter: ${text}`);
