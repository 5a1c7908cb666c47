import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";
import { loadModel, type Operation, type SigningCredential, signRequest } from "@nephoscope/wire";
import { readSettings } from "../../src/settings.ts";
import { startServer } from "../../src/start.ts";

/** Everything that IAM, STS and Organizations have, asked for by everybody who may not. */

const ACCOUNT = "123456789012";
const REGION = "us-east-1";
const POLICY = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
const TRUST = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"${ACCOUNT}"},"Action":"sts:AssumeRole"}}`;

/** What an attacker would write into each member that has to be there. */
const VALUES: Readonly<Record<string, unknown>> = {
  AWSServiceName: "guardduty.amazonaws.com",
  AccessKeyId: "AKIAAAAAAAAAAAAAAAAA",
  AccountAlias: "mine",
  AccountId: ACCOUNT,
  AccountName: "mine",
  ActionNames: ["iam:*"],
  AssumeRolePolicyDocument: TRUST,
  AuthenticationCode1: "000000",
  AuthenticationCode2: "000001",
  ClientID: "mine",
  CreateAccountRequestId: "car-00000000000000000000000000000000",
  DeletionTaskId: "task/aws-service-role/x/y/AROAAAAAAAAAAAAAAAAAA",
  Description: "mine",
  Email: "mallory@example.org",
  EncodedMessage: "AAAA",
  GroupName: "target",
  InstanceProfileName: "target",
  Name: "mallory",
  NewPassword: "Correct-Horse-1",
  OldPassword: "Correct-Horse-0",
  OpenIDConnectProviderArn: `arn:aws:iam::${ACCOUNT}:oidc-provider/example.org`,
  PermissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess",
  PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  PolicyDocument: POLICY,
  PolicyInputList: [POLICY],
  PolicyName: "mine",
  PolicySourceArn: `arn:aws:iam::${ACCOUNT}:user/administrator`,
  RoleArn: `arn:aws:iam::${ACCOUNT}:role/target`,
  RoleName: "target",
  RoleSessionName: "mallory",
  SerialNumber: `arn:aws:iam::${ACCOUNT}:mfa/target`,
  Status: "Inactive",
  TagKeys: ["team"],
  Tags: [{ Key: "team", Value: "mine" }],
  ThumbprintList: ["0123456789abcdef0123456789abcdef01234567"],
  Url: "https://example.org",
  UserName: "administrator",
  VersionId: "v1",
  VirtualMFADeviceName: "mine",
  WebIdentityToken: "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2V4YW1wbGUub3JnIn0.",
};

function inputOf(shape: Operation["input"]): Record<string, unknown> {
  const required = shape?.members.filter((member) => member.required) ?? [];
  return Object.fromEntries(
    required.map(({ name }) => [name, VALUES[name] ?? assert.fail(`what would an attacker write for ${name}?`)]),
  );
}

function formOf(value: unknown, prefix: string, out: URLSearchParams): URLSearchParams {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) formOf(item, `${prefix}.member.${at + 1}`, out);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) formOf(item, prefix === "" ? key : `${prefix}.${key}`, out);
  } else out.append(prefix, String(value));
  return out;
}

const SERVICES = (["iam", "sts", "organizations"] as const).map((name) => ({ name, model: loadModel(name) }));
type ServiceUnderAttack = (typeof SERVICES)[number];

async function openTarget(t: TestContext) {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-hostile-identity-"));
  let ahead = 0;
  const clock = {
    now: () => Date.now() + ahead,
    after(delayMs: number, action: () => void) {
      const timer = setTimeout(action, delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
  const server = await startServer(readSettings({ env: { NEPHOSCOPE_DATA: data, NEPHOSCOPE_LISTEN: "127.0.0.1:0" } }), {
    clock,
    log: () => {},
  });
  t.after(async () => {
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });
  const { host } = new URL(server.endpoint);

  /** The error's code of one call; undefined when it was answered. `credential` undefined: unsigned. */
  const attempt = async (
    { name, model }: ServiceUnderAttack,
    operation: Operation,
    credential: SigningCredential | undefined,
  ): Promise<string | undefined> => {
    const input = inputOf(operation.input);
    const json = model.protocols[0] === "awsJson1_1";
    const body = json
      ? JSON.stringify(input)
      : formOf(input, "", new URLSearchParams({ Action: operation.name, Version: model.version })).toString();
    const headers: Record<string, string> = json
      ? { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${model.target}.${operation.name}` }
      : { "content-type": "application/x-www-form-urlencoded" };
    const request = { method: "POST", path: "/", headers: { host, ...headers }, body };
    const signed =
      credential === undefined
        ? headers
        : signRequest(request, credential, { region: REGION, service: name }, new Date(clock.now()));
    const response = await fetch(server.endpoint, { method: "POST", headers: signed, body });
    const text = await response.text();
    if (response.ok) return undefined;
    return /"__type":"(?:[^"#]*#)?(\w+)"/.exec(text)?.[1] ?? /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? text;
  };
  const options = { endpoint: server.endpoint, region: REGION, maxAttempts: 1 };
  assert.ok(server.firstKey);
  return {
    attempt,
    moveOn: (ms: number) => {
      ahead += ms;
    },
    admin: new iam.IAMClient({ ...options, credentials: server.firstKey }),
    adminKey: server.firstKey,
    stsAs: (credentials: { accessKeyId: string; secretAccessKey: string }) =>
      new sts.STSClient({ ...options, credentials }),
  };
}

const credentialOf = ({
  AccessKeyId = "",
  SecretAccessKey = "",
  SessionToken,
}: sts.Credentials): SigningCredential => ({
  accessKeyId: AccessKeyId,
  secret: SecretAccessKey,
  ...(SessionToken !== undefined && { sessionToken: SessionToken }),
});

test("whoever asks for anything without the right is refused, and nothing changes", async (t) => {
  const target = await openTarget(t);
  const { admin, adminKey, attempt } = target;
  const newUser = async (UserName: string): Promise<SigningCredential> => {
    await admin.send(new iam.CreateUserCommand({ UserName }));
    const { AccessKey } = await admin.send(new iam.CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey?.AccessKeyId ?? "", secret: AccessKey?.SecretAccessKey ?? "" };
  };
  const mallory = await newUser("mallory");
  const idle = await newUser("idle");
  await admin.send(
    new iam.UpdateAccessKeyCommand({ UserName: "idle", AccessKeyId: idle.accessKeyId, Status: "Inactive" }),
  );
  for (const RoleName of ["short", "gone"]) {
    await admin.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));
    await admin.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: "everything", PolicyDocument: POLICY }));
  }
  const session = async (role: string, DurationSeconds: number): Promise<SigningCredential> => {
    const { Credentials = assert.fail("no session") } = await target.stsAs(adminKey).send(
      new sts.AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
        RoleSessionName: "one",
        DurationSeconds,
      }),
    );
    return credentialOf(Credentials);
  };
  const [expired, orphan] = [await session("short", 900), await session("gone", 3_600)];
  const token = orphan.sessionToken ?? "";
  const altered = {
    ...orphan,
    sessionToken: `${token.slice(0, 40)}${token[40] === "A" ? "B" : "A"}${token.slice(41)}`,
  };
  await admin.send(new iam.DeleteRolePolicyCommand({ RoleName: "gone", PolicyName: "everything" }));
  await admin.send(new iam.DeleteRoleCommand({ RoleName: "gone" }));
  const fresh = { ...adminKey, secret: adminKey.secretAccessKey };
  const before = await admin.send(new iam.GetAccountAuthorizationDetailsCommand({}));
  target.moveOn(900_000);

  const invalid = /^(InvalidClientTokenId|UnrecognizedClientException)$/;
  const attackers: readonly (readonly [who: string, credential: SigningCredential | undefined, code: RegExp])[] = [
    ["nobody", undefined, /^MissingAuthenticationToken(Exception)?$/],
    ["an unknown key", { accessKeyId: "AKIAAAAAAAAAAAAAAAAA", secret: "x" }, invalid],
    [
      "the administrator's key with another secret",
      { ...fresh, secret: "x" },
      /^(SignatureDoesNotMatch|InvalidSignatureException)$/,
    ],
    ["a user without rights", mallory, /^AccessDenied(Exception)?$/],
    ["a user whose key is inactive", idle, invalid],
    ["a session that is over", expired, /^ExpiredToken(Exception)?$/],
    ["an altered token", altered, invalid],
    ["a session without its token", { accessKeyId: orphan.accessKeyId, secret: orphan.secret }, invalid],
    ["a token with a key of its user", { ...mallory, sessionToken: token }, invalid],
    ["a session of a role that is gone", orphan, invalid],
  ];
  /** What everybody with a key may ask about themselves; and the one operation whose token is its proof. */
  const open = new Set(["GetCallerIdentity", "GetSessionToken"]);
  let attempts = 0;
  for (const [who, credential, code] of attackers) {
    for (const service of SERVICES) {
      await Promise.all(
        [...service.model.operations.values()].map(async (operation) => {
          if (credential === mallory && open.has(operation.name)) return;
          attempts++;
          const found = await attempt(service, operation, credential);
          const proven =
            operation.name === "AssumeRoleWithWebIdentity" && (credential === undefined || credential === mallory);
          assert.match(found ?? "answered", proven ? /^InvalidIdentityToken$/ : code, `${operation.name} by ${who}`);
        }),
      );
    }
  }
  assert.ok(attempts > 1_300, String(attempts));
  target.moveOn(-900_000);
  const after = await admin.send(new iam.GetAccountAuthorizationDetailsCommand({}));
  const { $metadata: _, ...details } = before;
  const { $metadata: __, ...detailsAfter } = after;
  assert.deepEqual(detailsAfter, details);
});
