import type * as Sdk from "@aws-sdk/client-iam";
import { type Call, type Handlers, type InputOf, WireFailure } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Attempts } from "../../platform/identity/attempts.ts";
import type { Identity } from "../../platform/identity/identity.ts";
import type { SecondFactor } from "../../platform/identity/second-factor.ts";
import type { SecretBox } from "../../platform/secrets/secret-box.ts";
import type { Commit } from "./commit.ts";

/** What the operations of IAM work with. */
export interface IamDeps {
  readonly identity: Identity;
  /** Seals secrets of access keys and seeds of MFA devices. */
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly commit: Commit;
  readonly reports: CredentialReports;
  readonly factor: SecondFactor;
  /** Wrong passwords given to ChangePassword. */
  readonly passwords: Attempts;
}

/** The newest credential report of each account, in memory: it is made again when it is asked for. */
export interface CredentialReports {
  get(account: string): CredentialReport | undefined;
  set(account: string, report: CredentialReport): void;
}

export interface CredentialReport {
  readonly madeAt: number;
  readonly content: Buffer;
}

export type IamSdk = typeof Sdk;
export type IamCall = Call<IamSdk>;
type Operations = Required<Handlers<IamSdk, IamDeps>>;
export type IamOperation<Name extends keyof Operations> = Operations[Name];
export type IamInput<Name extends string> = InputOf<IamSdk, Name>;

/** What IAM says of input that breaks a rule; its model has no such error. */
export const validationError = (message: string): Error => new WireFailure("ValidationError", message, { status: 400 });
