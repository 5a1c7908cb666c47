import { readFileSync } from "node:fs";
import { type HostSecrets, hostSecrets } from "@nephoscope/wire/host-keys";

/** What a registration with the server gave, readable by the agent's user alone. */
export interface Registration {
  readonly instanceId: string;
  readonly region: string;
  /** The server; undefined when the settings or the environment say where it is. */
  readonly endpoint: string | undefined;
  /** This host's key pair and the server's public key: X25519, 32 bytes in base64. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly serverPublicKey: string;
}

/** @returns undefined when the host is not registered */
export function readRegistration(path: string): Registration | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const members: Partial<Record<string, unknown>> = typeof value === "object" && value !== null ? { ...value } : {};
  const text = (name: string): string => {
    const member = members[name];
    if (typeof member !== "string" || member === "")
      throw new Error(`${path} has no ${name}. Remove it and register again`);
    return member;
  };
  return {
    instanceId: text("instanceId"),
    region: text("region"),
    endpoint: typeof members.endpoint === "string" ? members.endpoint : undefined,
    privateKey: text("privateKey"),
    publicKey: text("publicKey"),
    serverPublicKey: text("serverPublicKey"),
  };
}

/** The secrets that this host and the server share. */
export const secretsOf = ({ privateKey, publicKey, serverPublicKey }: Registration): HostSecrets =>
  hostSecrets(privateKey, serverPublicKey, { host: publicKey, server: serverPublicKey });
