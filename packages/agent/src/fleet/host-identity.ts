import { open, readFile, rename } from "node:fs/promises";
import { type HostKeyPair, type HostSecrets, hostSecrets } from "@nephoscope/wire/host-keys";
import type { SigningCredential } from "@nephoscope/wire/sign";

/** What makes this machine a host of a fleet. Who has the file is the host, so it is its owner's alone. */
export interface HostIdentity extends HostKeyPair {
  /** Of the server, such as `http://127.0.0.1:4580`. */
  readonly endpoint: string;
  readonly region: string;
  readonly instanceId: string;
  readonly serverPublicKey: string;
}

/** Name of the file in the agent's state folder. */
export const IDENTITY_FILE = "host.json";

/** Undefined when this machine is not registered. Throws for a file that others can read or that is damaged. */
export async function readHostIdentity(file: string): Promise<HostIdentity | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const value: unknown = JSON.parse(text);
  const member = (name: keyof HostIdentity): string => {
    const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
    if (typeof found === "string" && found !== "") return found;
    throw new Error(`${file} has no ${name}: register this machine again`);
  };
  return {
    endpoint: member("endpoint"),
    region: member("region"),
    instanceId: member("instanceId"),
    publicKey: member("publicKey"),
    privateKey: member("privateKey"),
    serverPublicKey: member("serverPublicKey"),
  };
}

/** Writes the file durably, readable by its owner alone. */
export async function writeHostIdentity(file: string, identity: HostIdentity): Promise<void> {
  const handle = await open(`${file}.new`, "w", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(identity, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

export const secretsOf = ({ privateKey, publicKey, serverPublicKey }: HostIdentity): HostSecrets =>
  hostSecrets(privateKey, serverPublicKey, { host: publicKey, server: serverPublicKey });

/** What this host signs its calls with. */
export const credentialOf = (identity: HostIdentity): SigningCredential => ({
  accessKeyId: identity.instanceId,
  secret: secretsOf(identity).call,
});
