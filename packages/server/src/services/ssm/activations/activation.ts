import { randomInt } from "node:crypto";
import type { Credential } from "@nephoscope/wire";
import type { Scope } from "../../../platform/fleet/host.ts";
import type { SecretBox } from "../../../platform/secrets/secret-box.ts";
import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";

/** Lets hosts register: whoever has its id and its code, so often, until it expires. */
export interface Activation {
  readonly iamRole: string;
  readonly description: string;
  readonly defaultInstanceName: string;
  readonly registrationLimit: number;
  readonly registrations: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** The code, which proves the right to register as the secret of a signature, and so is never sent. */
  readonly sealedCode: string;
}

export const ACTIVATION_KIND = "ssm.activation";
/** Where an activation is, by its id alone: a registration names nothing else. */
const PLACE_KIND = "ssm.activation-id";

export const activationRef = ({ account, region }: Scope, id: string): ResourceRef => ({
  kind: ACTIVATION_KIND,
  account,
  region,
  key: id,
});
export const activationPlaceRef = (id: string): ResourceRef => ({ kind: PLACE_KIND, account: "", region: "", key: id });

const ACTIVATION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const CODE_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** 20 characters, as AWS's are: 120 bits. */
export const newCode = (): string =>
  Array.from({ length: 20 }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join("");

export const codeContext = (id: string): string => `ssm.activation:${id}`;

export function findActivation(state: State, id: string): Resource<Activation> | undefined {
  if (!ACTIVATION_ID.test(id)) return undefined;
  const place = state.get<Scope>(activationPlaceRef(id))?.document;
  return place === undefined ? undefined : state.get<Activation>(activationRef(place, id));
}

/**
 * Who calls under an activation's id, signing with its code. Such a caller may register a host and nothing else. Expired and
 * used-up activations still prove themselves, so that the registration can be told why it is refused.
 */
export function activationCredential(state: State, box: SecretBox, accessKeyId: string): Credential | undefined {
  const found = findActivation(state, accessKeyId);
  if (found === undefined) return undefined;
  const { account, region } = found.ref;
  return {
    accessKeyId,
    secret: box.open(found.document.sealedCode, codeContext(accessKeyId)),
    account,
    principal: {
      type: "AWSService",
      arn: `arn:aws:ssm:${region}:${account}:activation/${accessKeyId}`,
      principalId: accessKeyId,
    },
  };
}

export const isExpired = ({ expiresAt }: Activation, now: number): boolean => expiresAt <= now;
