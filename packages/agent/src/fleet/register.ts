import { randomBytes } from "node:crypto";
import { authenticate, newHostKeyPair } from "@nephoscope/wire/host-keys";
import { AwsClient } from "../aws/client.ts";
import type { HostIdentity } from "./host-identity.ts";

export interface Registration {
  readonly endpoint: string;
  readonly region: string;
  readonly activationId: string;
  readonly activationCode: string;
  readonly computerName: string;
  /** How the host's id begins. */
  readonly idPrefix: "mi" | "i";
  readonly now: () => number;
}

/**
 * Makes a key pair and registers it. Only the public key leaves this machine, and the activation's code does not: it signs the call, and the
 * server proves by it that the answer is its own.
 */
export async function registerHost(registration: Registration): Promise<HostIdentity> {
  const { endpoint, region, activationId, activationCode, computerName, idPrefix, now } = registration;
  const keys = newHostKeyPair();
  const nonce = randomBytes(16).toString("hex");
  const client = new AwsClient({
    service: "ssmmessages",
    endpoint,
    region,
    credentials: async () => ({ accessKeyId: activationId, secret: activationCode }),
    now,
    connections: 1,
  });
  try {
    const answer = await client.call(
      "RegisterManagedInstance",
      JSON.stringify({ PublicKey: keys.publicKey, ComputerName: computerName, IdPrefix: idPrefix, Nonce: nonce }),
    );
    const { InstanceId: instanceId, ServerPublicKey: serverPublicKey, Proof } = answer;
    if (typeof instanceId !== "string" || typeof serverPublicKey !== "string")
      throw new Error(`${endpoint} gave no registration`);
    const proof = authenticate(activationCode, [
      "registration",
      nonce,
      keys.publicKey,
      instanceId,
      region,
      serverPublicKey,
    ]);
    if (Proof !== proof)
      throw new Error(
        `The answer of ${endpoint} is not of a server that knows the activation's code: somebody may stand between.`,
      );
    return { endpoint, region, instanceId, serverPublicKey, ...keys };
  } finally {
    client.close();
  }
}
