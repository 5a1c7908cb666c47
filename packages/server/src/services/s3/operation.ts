import type * as Sdk from "@aws-sdk/client-s3";
import type { Call, Handlers, InputOf, OutputOf } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { State } from "../../platform/state/state.ts";
import type { S3Guard } from "./access/guard.ts";
import type { BucketDirectory } from "./buckets/bucket-directory.ts";
import type { ObjectKeys } from "./encryption/object-keys.ts";
import type { Events } from "./events/events.ts";
import type { Uploads } from "./multipart/uploads.ts";
import type { ObjectIndex } from "./store/object-index.ts";
import type { Payloads } from "./store/payloads.ts";

/** What the operations of S3 work with. */
export interface S3Deps {
  readonly state: State;
  readonly buckets: BucketDirectory;
  readonly index: ObjectIndex;
  readonly payloads: Payloads;
  readonly guard: S3Guard;
  readonly events: Events;
  /** Whom events can be told to. */
  readonly eventTargets: { knows(arn: string): boolean };
  readonly objectKeys: ObjectKeys;
  readonly uploads: Uploads;
  readonly clock: Clock;
  readonly log: Log;
}

export type S3Sdk = typeof Sdk;
export type S3Call = Call<S3Sdk>;
type Operations = Required<Handlers<S3Sdk, S3Deps>>;
export type S3Operation<Name extends keyof Operations> = Operations[Name];
export type S3Input<Name extends string> = InputOf<S3Sdk, Name>;
export type S3Output<Name extends string> = OutputOf<S3Sdk, Name>;
