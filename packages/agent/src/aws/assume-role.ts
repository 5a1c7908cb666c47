import { type SigningCredential, signRequest } from "@nephoscope/wire/sign";
import { AwsError } from "./aws-error.ts";
import type { CredentialSettings, ExpiringCredential } from "./credential.ts";
import { Exchanges } from "./exchanges.ts";

const TIMEOUT_MS = 20_000;

/** Assumes a role with STS, which speaks form in, XML out. */
export async function assumeRole(
  source: SigningCredential,
  roleArn: string,
  { region, stsEndpoint, now, route }: Pick<CredentialSettings, "region" | "stsEndpoint" | "now" | "route">,
  externalId?: string,
): Promise<ExpiringCredential> {
  const form = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: roleArn,
    RoleSessionName: `agent-${now()}`,
    ...(externalId !== undefined && { ExternalId: externalId }),
  });
  const url = new URL(stsEndpoint);
  const body = form.toString();
  const headers = signRequest(
    {
      method: "POST",
      path: url.pathname,
      headers: { host: url.host, "content-type": "application/x-www-form-urlencoded" },
      body,
    },
    source,
    { region, service: "sts" },
    new Date(now()),
  );
  const exchanges = new Exchanges(url, 1, route);
  const bytes = Buffer.from(body);
  const { status, text } = await exchanges
    .post(url.pathname, { ...headers, "content-length": String(bytes.length) }, [bytes], TIMEOUT_MS)
    .finally(() => exchanges.close());
  const element = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  if (status !== 200)
    throw new AwsError(element("Code") ?? `HTTP ${status}`, element("Message") ?? text.slice(0, 300), status);
  const accessKeyId = element("AccessKeyId");
  const secret = element("SecretAccessKey");
  const sessionToken = element("SessionToken");
  if (accessKeyId === undefined || secret === undefined || sessionToken === undefined) {
    throw new AwsError("NoCredential", `${stsEndpoint} answered AssumeRole without a credential`);
  }
  const expires = Date.parse(element("Expiration") ?? "");
  return { accessKeyId, secret, sessionToken, expires: Number.isNaN(expires) ? now() + 3_600_000 : expires };
}
