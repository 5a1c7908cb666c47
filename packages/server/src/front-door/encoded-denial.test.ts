import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { DecodeAuthorizationMessageCommand, STSClient } from "@aws-sdk/client-sts";
import { readSettings } from "../settings.ts";
import { startServer } from "../start.ts";

test("EC2 tells why it denies to those alone who may decode it", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-encoded-denial-"));
  const server = await startServer(readSettings({ env: { NEPHOSCOPE_DATA: data, NEPHOSCOPE_LISTEN: "127.0.0.1:0" } }), {
    log: () => {},
  });
  t.after(async () => {
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });
  assert.ok(server.firstKey);
  const options = { endpoint: server.endpoint, region: "us-east-1", maxAttempts: 1 };
  const admin = { ...options, credentials: server.firstKey };
  const iam = new IAMClient(admin);
  await iam.send(new CreateUserCommand({ UserName: "ann" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ann" }));
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const denial: unknown = await new EC2Client({ ...options, credentials })
    .send(new DescribeInstancesCommand({}))
    .catch((error: unknown) => error);
  assert.ok(denial instanceof Error && denial.name === "UnauthorizedOperation");
  const [, text, EncodedMessage] =
    /^(You are not .*action)\. Encoded authorization failure message: (\S+)$/.exec(denial.message) ?? [];
  assert.match(text ?? denial.message, /user\/ann is not authorized to perform: ec2:DescribeInstances/);
  const { DecodedMessage } = await new STSClient(admin).send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));
  const decoded = JSON.parse(DecodedMessage ?? "");
  assert.deepEqual(
    [decoded.allowed, decoded.explicitDeny, decoded.context.action, decoded.context.principal.name],
    [false, false, "ec2:DescribeInstances", "ann"],
  );
  await assert.rejects(
    new STSClient({ ...options, credentials }).send(new DecodeAuthorizationMessageCommand({ EncodedMessage })),
    (error: Error) => error.name === "AccessDenied",
  );
  await assert.rejects(
    new STSClient(admin).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: `${EncodedMessage}A` })),
    (error: Error) => error.name === "InvalidAuthorizationMessageException",
  );
});
