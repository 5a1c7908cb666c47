import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { SigningCredential } from "@nephoscope/wire/sign";
import { type Registration, readRegistration, secretsOf } from "../daemon/registration.ts";

/** What makes this machine a host of a fleet. Who has its file is the host, so it is its owner's alone. */
export interface HostIdentity extends Registration {
  /** Of the server, such as `http://127.0.0.1:4580`. */
  readonly endpoint: string;
}

/** Undefined when this machine is not registered. Throws for a file that is damaged. */
export function readHostIdentity(file: string): HostIdentity | undefined {
  const found = readRegistration(file);
  if (found === undefined) return undefined;
  const { endpoint } = found;
  if (endpoint === undefined) throw new Error(`${file} has no endpoint. Remove it and register again`);
  return { ...found, endpoint };
}

/** Writes the file durably, readable by its owner alone. */
export async function writeHostIdentity(file: string, identity: HostIdentity): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(`${file}.new`, "w", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(identity, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

/** What this host signs its calls with. */
export const credentialOf = (identity: HostIdentity): SigningCredential => ({
  accessKeyId: identity.instanceId,
  secret: secretsOf(identity).call,
});
