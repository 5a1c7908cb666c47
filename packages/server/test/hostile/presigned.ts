import { createHash, createHmac } from "node:crypto";
import type { Who } from "./victim.ts";

const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/**
 * The address of a presigned call, made by AWS's published steps and not by the code under test ("Signing and
 * authenticating requests: using query parameters"). `headers` are signed besides `host`.
 */
export function presignedTarget(options: {
  readonly who: Who;
  readonly port: number;
  readonly body: Buffer;
  readonly now: Date;
  readonly expires: string;
  readonly headers?: Readonly<Record<string, string>>;
}): string {
  const time = options.now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/us-east-1/logs/aws4_request`;
  const headers: Record<string, string> = { host: `127.0.0.1:${options.port}`, ...options.headers };
  const names = Object.keys(headers).sort();
  const query = Object.entries({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${options.who.accessKeyId}/${scope}`,
    "X-Amz-Date": time,
    "X-Amz-Expires": options.expires,
    "X-Amz-SignedHeaders": names.join(";"),
  })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .sort()
    .join("&");
  const canonical = [
    "POST",
    "/",
    query,
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    sha256(options.body),
  ].join("\n");
  const day = hmac(`AWS4${options.who.secret}`, time.slice(0, 8));
  const key = hmac(hmac(hmac(day, "us-east-1"), "logs"), "aws4_request");
  const signature = hmac(key, ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n")).toString("hex");
  return `/?${query}&X-Amz-Signature=${signature}`;
}
