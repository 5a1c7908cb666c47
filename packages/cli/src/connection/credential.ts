import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SigningCredential } from "@nephoscope/wire";
import { CommandError, UsageError } from "../command.ts";

export interface CredentialSources {
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The server's data directory. */
  readonly data: string;
}

export interface FoundCredential {
  readonly credential: SigningCredential;
  /** Where it was found, for people: a path, or what gave it. */
  readonly origin: string;
}

/** Finds a credential: flags, then the environment of AWS's clients, then the administrator's key of a server on this machine. */
export function findCredential({ accessKeyId, secretAccessKey, env, data }: CredentialSources): FoundCredential {
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw new UsageError("--access-key-id and --secret-access-key go together: give both or none");
  }
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return { credential: { accessKeyId, secret: secretAccessKey }, origin: "given by flags" };
  }
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) {
    const credential = { accessKeyId: env.AWS_ACCESS_KEY_ID, secret: env.AWS_SECRET_ACCESS_KEY };
    const token = env.AWS_SESSION_TOKEN;
    return { credential: token ? { ...credential, sessionToken: token } : credential, origin: "set here already" };
  }
  const path = join(data, "admin-key.json");
  return { credential: readAdminKey(path), origin: `the one in ${path}` };
}

function readAdminKey(path: string): SigningCredential {
  let key: unknown;
  try {
    key = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `no credential. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run on the server's machine as its user with --data naming its data directory (${reason}).`,
    );
  }
  if (typeof key === "object" && key !== null && "accessKeyId" in key && "secretAccessKey" in key) {
    if (typeof key.accessKeyId === "string" && typeof key.secretAccessKey === "string") {
      return { accessKeyId: key.accessKeyId, secret: key.secretAccessKey };
    }
  }
  throw new CommandError(`${path} holds no key: expected {"accessKeyId": …, "secretAccessKey": …}.`);
}
