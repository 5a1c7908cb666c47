import { readFile } from "node:fs/promises";
import { AwsError } from "./aws-error.ts";
import type { ExpiringCredential } from "./credential.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** On a host that is no instance nobody answers there; people must not wait long for that. */
const TIMEOUT_MS = 1_000;
const TOKEN_SECONDS = "21600";

/** The container's endpoint, when the environment names one. */
export async function containerCredential(env: Environment, tried: string[]): Promise<ExpiringCredential | undefined> {
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const url = relative ? `http://169.254.170.2${relative}` : env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (url === undefined || url === "") return undefined;
  tried.push(`the container's endpoint ${url}`);
  const token = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
    ? (await readFile(env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, "utf8")).trim()
    : env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  const text = await get(url, token ? { authorization: token } : {});
  return text === undefined ? undefined : readCredential(text, url);
}

/** The role of the instance, from its metadata service (version 2). */
export async function instanceCredential(env: Environment, tried: string[]): Promise<ExpiringCredential | undefined> {
  const service = openInstanceMetadata(env);
  if (service === undefined) return undefined;
  tried.push(`the instance's metadata service ${service.endpoint}`);
  const role = await service.get("meta-data/iam/security-credentials/");
  if (role === undefined) return undefined;
  const text = await service.get(`meta-data/iam/security-credentials/${role.split("\n")[0]?.trim()}`);
  return text === undefined ? undefined : readCredential(text, service.endpoint);
}

export interface InstanceMetadata {
  readonly endpoint: string;
  /** @returns what stands at a path below `latest/`; undefined when nobody answers or nothing is there */
  get(path: string): Promise<string | undefined>;
}

/** @returns undefined when the environment forbids asking */
export function openInstanceMetadata(env: Environment): InstanceMetadata | undefined {
  if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === "true") return undefined;
  const endpoint = (env.AWS_EC2_METADATA_SERVICE_ENDPOINT || "http://169.254.169.254").replace(/\/$/, "");
  let token: Promise<string | undefined> | undefined;
  return {
    endpoint,
    async get(path) {
      token ??= get(`${endpoint}/latest/api/token`, { "x-aws-ec2-metadata-token-ttl-seconds": TOKEN_SECONDS }, "PUT");
      const current = await token;
      if (current === undefined) {
        token = undefined;
        return undefined;
      }
      return await get(`${endpoint}/latest/${path}`, { "x-aws-ec2-metadata-token": current });
    },
  };
}

async function get(url: string, headers: Record<string, string>, method = "GET"): Promise<string | undefined> {
  try {
    const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" });
    const text = await response.text();
    return response.ok ? text : undefined;
  } catch (error) {
    // Nobody there, or too slow: fetch says both with these two.
    if (error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError"))
      return undefined;
    throw error;
  }
}

function readCredential(text: string, from: string): ExpiringCredential {
  const answer: unknown = JSON.parse(text);
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = membersOf(answer);
  if (typeof AccessKeyId !== "string" || typeof SecretAccessKey !== "string") {
    throw new AwsError("NoCredential", `${from} answered no credential`);
  }
  const expires = typeof Expiration === "string" ? Date.parse(Expiration) : Number.NaN;
  return {
    accessKeyId: AccessKeyId,
    secret: SecretAccessKey,
    ...(typeof Token === "string" && { sessionToken: Token }),
    ...(!Number.isNaN(expires) && { expires }),
  };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
