import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { makeDirectory } from "../files/collector-harness.ts";
import { type CredentialSettings, credentialProvider } from "./credential.ts";

/** Listens and answers as the handler says; a text of undefined is a refusal. */
async function serve(t: TestContext, handler: (request: IncomingMessage, body: string) => string | undefined) {
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    seen.push(`${request.method} ${request.url}`);
    const text = handler(request, body);
    response.statusCode = text === undefined ? 401 : 200;
    response.end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return { endpoint: `http://127.0.0.1:${address.port}`, seen };
}

const settingsOf = (env: Readonly<Record<string, string>>, more: Partial<CredentialSettings> = {}) => ({
  env: { HOME: "/nonexistent", ...env },
  now: Date.now,
  region: "us-east-1",
  stsEndpoint: "http://127.0.0.1:1",
  ...more,
});

/** A mock of the instance metadata service, version 2: nothing is told without a token that was fetched by PUT. */
async function serveMetadata(t: TestContext, now: () => number) {
  let fetched = 0;
  const credentials = "/latest/meta-data/iam/security-credentials/";
  const service = await serve(t, ({ method, url, headers }) => {
    if (method === "PUT" && url === "/latest/api/token")
      return headers["x-aws-ec2-metadata-token-ttl-seconds"] === "21600" ? "the-token" : undefined;
    if (method !== "GET" || headers["x-aws-ec2-metadata-token"] !== "the-token") return undefined;
    if (url === credentials) return "logs-role\n";
    if (url !== `${credentials}logs-role`) return undefined;
    fetched++;
    return JSON.stringify({
      Code: "Success",
      AccessKeyId: `ASIA${fetched}`,
      SecretAccessKey: "SECRET",
      Token: "SESSION",
      Expiration: new Date(now() + 3_600_000).toISOString(),
    });
  });
  return { ...service, fetched: () => fetched };
}

test("on an instance, the role's key comes from the metadata service (a mock of it), and anew before it expires", async (t) => {
  let clock = Date.now();
  const metadata = await serveMetadata(t, () => clock);
  const provide = credentialProvider(
    settingsOf({ AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint }, { now: () => clock }),
  );
  const { expires, ...credential } = { expires: undefined, ...(await provide()) };
  assert.ok(expires);
  assert.deepEqual(credential, { accessKeyId: "ASIA1", secret: "SECRET", sessionToken: "SESSION" });
  clock += 54 * 60_000;
  assert.equal((await provide()).accessKeyId, "ASIA1");
  clock += 2 * 60_000;
  const [one, other] = await Promise.all([provide(), provide()]);
  assert.equal(one?.accessKeyId, "ASIA2");
  assert.equal(other?.accessKeyId, "ASIA2");
  assert.equal(metadata.fetched(), 2);
});

test("where the metadata service is forbidden, it is not asked; what was looked at is told", async (t) => {
  const metadata = await serveMetadata(t, Date.now);
  const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint, AWS_EC2_METADATA_DISABLED: "true" };
  await assert.rejects(credentialProvider(settingsOf(env))(), /no credential was found. Looked at: AWS_ACCESS_KEY_ID/);
  assert.deepEqual(metadata.seen, []);
});

test("a profile with role_arn assumes the role with the instance's key (STS and metadata service are mocks)", async (t) => {
  const metadata = await serveMetadata(t, Date.now);
  const sts = await serve(t, ({ headers }, body) => {
    const form = new URLSearchParams(body);
    const isSigned = /^AWS4-HMAC-SHA256 Credential=ASIA1\/\d{8}\/us-east-1\/sts\/aws4_request/.test(
      String(headers.authorization),
    );
    if (!isSigned || headers["x-amz-security-token"] !== "SESSION") return undefined;
    assert.equal(form.get("RoleArn"), "arn:aws:iam::111122223333:role/writer");
    assert.equal(form.get("ExternalId"), "x1");
    const member = (name: string, text: string) => `<${name}>${text}</${name}>`;
    return `<AssumeRoleResponse><Credentials>${member("AccessKeyId", "ASIAROLE")}${member("SecretAccessKey", "s")}${member("SessionToken", "t")}${member("Expiration", "2099-01-01T00:00:00Z")}</Credentials></AssumeRoleResponse>`;
  });
  const file = join(makeDirectory(t), "credentials");
  writeFileSync(
    file,
    "[writer]\nrole_arn = arn:aws:iam::111122223333:role/writer\ncredential_source = Ec2InstanceMetadata\nexternal_id = x1\n",
  );
  const provide = credentialProvider(
    settingsOf(
      { AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint },
      { file, profile: "writer", stsEndpoint: sts.endpoint },
    ),
  );
  assert.deepEqual(await provide(), {
    accessKeyId: "ASIAROLE",
    secret: "s",
    sessionToken: "t",
    expires: Date.parse("2099-01-01T00:00:00Z"),
  });
});
