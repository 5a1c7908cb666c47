import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { SigningCredential } from "@nephoscope/wire/sign";
import { assumeRole } from "./assume-role.ts";
import { AwsError } from "./aws-error.ts";
import type { Route } from "./exchanges.ts";
import { containerCredential, instanceCredential } from "./metadata-service.ts";
import { type Profiles, parseProfiles } from "./profiles.ts";

export interface ExpiringCredential extends SigningCredential {
  /** Epoch milliseconds; undefined: does not expire. */
  readonly expires?: number;
}

/** @returns a credential that is valid now. May be called at the same time; equal calls share one look-up. */
export type CredentialProvider = () => Promise<SigningCredential>;

export interface CredentialSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Instead of `AWS_PROFILE`. */
  readonly profile?: string | undefined;
  /** Instead of `~/.aws/credentials`. */
  readonly file?: string | undefined;
  /** The key that this host got when it was registered with the server. */
  readonly hostKey?: SigningCredential | undefined;
  readonly now: () => number;
  /** For assuming roles. */
  readonly region: string;
  readonly stsEndpoint: string;
  /** The way to STS. Metadata services are asked directly. */
  readonly route?: Route;
}

/** A credential is fetched anew when it has this long to live, as the SDKs do. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** Files and environment may change under us; they are looked at again this often. */
const LOOK_AGAIN_MS = 5 * 60_000;
/** A failed look-up is not repeated at once by every call that waits. */
const AFTER_FAILURE_MS = 5_000;
const MAX_ROLE_CHAIN = 5;

/**
 * Looks for a credential where AWS's clients do: the profile that the settings name, the environment, the host's own key,
 * the shared files, the container's endpoint, the instance's metadata service.
 */
export function credentialProvider(settings: CredentialSettings): CredentialProvider {
  return cached(() => findCredential(settings), settings.now);
}

/** A credential of a role, assumed with another one. */
export function roleProvider(
  base: CredentialProvider,
  roleArn: string,
  settings: CredentialSettings,
): CredentialProvider {
  return cached(async () => assumeRole(await base(), roleArn, settings), settings.now);
}

function cached(find: () => Promise<ExpiringCredential>, now: () => number): CredentialProvider {
  let current: { readonly credential: ExpiringCredential; readonly until: number } | undefined;
  let failure: { readonly error: unknown; readonly until: number } | undefined;
  let looking: Promise<ExpiringCredential> | undefined;
  return async () => {
    if (current !== undefined && now() < current.until) return current.credential;
    if (failure !== undefined && now() < failure.until) throw failure.error;
    looking ??= find()
      .then(
        (credential) => {
          current = {
            credential,
            until: credential.expires === undefined ? now() + LOOK_AGAIN_MS : credential.expires - RENEW_BEFORE_MS,
          };
          failure = undefined;
          return credential;
        },
        (error: unknown) => {
          failure = { error, until: now() + AFTER_FAILURE_MS };
          throw error;
        },
      )
      .finally(() => {
        looking = undefined;
      });
    return await looking;
  };
}

async function findCredential(settings: CredentialSettings): Promise<ExpiringCredential> {
  const { env, hostKey } = settings;
  const tried: string[] = [];
  if (settings.profile !== undefined || settings.file !== undefined) {
    return (await ofProfile(settings, settings.profile ?? "default", tried, 0)) ?? none(tried);
  }
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) {
    const credential = { accessKeyId: env.AWS_ACCESS_KEY_ID, secret: env.AWS_SECRET_ACCESS_KEY };
    return env.AWS_SESSION_TOKEN ? { ...credential, sessionToken: env.AWS_SESSION_TOKEN } : credential;
  }
  tried.push("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  if (hostKey !== undefined) return hostKey;
  tried.push("the key of a registration");
  const found =
    (await ofProfile(settings, env.AWS_PROFILE ?? "default", tried, 0)) ??
    (await containerCredential(env, tried)) ??
    (await instanceCredential(env, tried));
  return found ?? none(tried);
}

function none(tried: readonly string[]): never {
  throw new AwsError("NoCredential", `no credential was found. Looked at: ${tried.join("; ")}`);
}

async function ofProfile(
  settings: CredentialSettings,
  name: string,
  tried: string[],
  depth: number,
): Promise<ExpiringCredential | undefined> {
  const { env } = settings;
  const home = env.HOME ?? homedir();
  const credentials = settings.file ?? env.AWS_SHARED_CREDENTIALS_FILE ?? join(home, ".aws", "credentials");
  const config = env.AWS_CONFIG_FILE ?? join(home, ".aws", "config");
  const profile = {
    ...(await readProfiles(config, "config"))?.get(name),
    ...(await readProfiles(credentials, "credentials"))?.get(name),
  };
  tried.push(`profile ${name} of ${credentials}`);
  if (profile.aws_access_key_id && profile.aws_secret_access_key) {
    const credential = { accessKeyId: profile.aws_access_key_id, secret: profile.aws_secret_access_key };
    return profile.aws_session_token ? { ...credential, sessionToken: profile.aws_session_token } : credential;
  }
  if (profile.role_arn === undefined) {
    for (const unsupported of ["credential_process", "sso_session", "sso_start_url", "web_identity_token_file"]) {
      if (profile[unsupported] !== undefined)
        throw new AwsError("NoCredential", `profile ${name}: ${unsupported} is not supported`);
    }
    return undefined;
  }
  if (depth >= MAX_ROLE_CHAIN)
    throw new AwsError("NoCredential", `profile ${name}: roles are chained more than ${MAX_ROLE_CHAIN} deep`);
  const source =
    profile.source_profile === undefined
      ? await ofSource(settings, profile.credential_source, tried)
      : await ofProfile(settings, profile.source_profile, tried, depth + 1);
  if (source === undefined)
    throw new AwsError("NoCredential", `profile ${name}: nothing to assume ${profile.role_arn} with`);
  return await assumeRole(source, profile.role_arn, settings, profile.external_id);
}

async function ofSource(
  settings: CredentialSettings,
  source: string | undefined,
  tried: string[],
): Promise<ExpiringCredential | undefined> {
  switch (source) {
    case "Environment":
      return findCredential({ ...settings, profile: undefined, file: undefined });
    case "Ec2InstanceMetadata":
      return instanceCredential(settings.env, tried);
    case "EcsContainer":
      return containerCredential(settings.env, tried);
    default:
      return undefined;
  }
}

async function readProfiles(path: string, kind: "config" | "credentials"): Promise<Profiles | undefined> {
  try {
    return parseProfiles(await readFile(path, "utf8"), kind);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EACCES"))
      return undefined;
    throw error;
  }
}
