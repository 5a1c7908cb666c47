import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { CreateActivationCommand, type CreateActivationCommandInput, SSMClient } from "@aws-sdk/client-ssm";
import { createWireServer, signRequest } from "@nephoscope/wire";
import { authenticate, hostSecrets, newHostKeyPair } from "@nephoscope/wire/host-keys";
import { testAuthority } from "../../platform/access/testing.ts";
import { virtualClock } from "../../platform/clock/virtual-clock.ts";
import { openFleet } from "../../platform/fleet/fleet.ts";
import { startJobs } from "../../platform/jobs/jobs.ts";
import { openSecretBox } from "../../platform/secrets/secret-box.ts";
import { openSqliteState } from "../../platform/state/sqlite-state.ts";
import { startKms } from "../kms/start-kms.ts";
import { startSsm } from "./start-ssm.ts";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";
const KEY = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };

const nonce = (): string => randomBytes(16).toString("hex");

/** Systems Manager behind a real address, with time that stands still until a test moves it. */
export async function openHouse(t: TestContext) {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-ssm-"));
  const clock = virtualClock(Date.now());
  const failures: unknown[] = [];
  const jobs = startJobs(clock, (_level, _message, fields) => failures.push(fields));
  const state = openSqliteState(join(data, "state.db"), clock.now);
  const box = openSecretBox(join(data, "root.key"));
  const fleet = await openFleet({ state, box, clock, jobs });
  const kms = startKms({ state, box, authority: testAuthority(), jobs, clock });
  const ssm = startSsm({ state, fleet, box, keys: kms.keys, clock, jobs });
  const server = createWireServer({
    services: [...ssm.services.map(({ service }) => service), kms.service],
    credentials: (id) =>
      id === KEY.accessKeyId
        ? {
            accessKeyId: id,
            secret: KEY.secretAccessKey,
            account: ACCOUNT,
            principal: { type: "IAMUser", arn: `arn:aws:iam::${ACCOUNT}:user/anna`, principalId: "AIDAANNA" },
          }
        : (ssm.credential(id) ?? fleet.credential(id)),
    authorize(call, input) {
      const host = fleet.find(call, call.accessKeyId);
      const reason = host && fleet.rights.denies(host, call, input);
      if (reason !== undefined) throw call.error("AccessDeniedException", reason);
    },
    onCall: () => {},
    clock: () => new Date(clock.now()),
    log: (_level, message, fields) => failures.push({ message, ...fields }),
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const endpoint = `http://127.0.0.1:${port}`;
  const client = (credentials = KEY) =>
    new SSMClient({
      endpoint,
      region: REGION,
      credentials,
      maxAttempts: 1,
      systemClockOffset: clock.now() - Date.now(),
    });
  const ssmClient = client();
  t.after(async () => {
    await server.close();
    await jobs.close();
    state.close();
    rmSync(data, { recursive: true, force: true });
  });

  /** One call of an agent's, signed as given. Rejects with the server's refusal. */
  const agentCall = async (credential: { id: string; secret: string }, operation: string, input: object) => {
    const body = Buffer.from(JSON.stringify(input));
    const headers = signRequest(
      {
        method: "POST",
        path: "/",
        headers: {
          host: `127.0.0.1:${port}`,
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `NephoscopeFleet.${operation}`,
        },
        body,
      },
      { accessKeyId: credential.id, secret: credential.secret },
      { service: "ssmmessages", region: REGION },
      new Date(clock.now()),
    );
    const response = await fetch(endpoint, { method: "POST", headers, body });
    const answer: unknown = await response.json();
    const read = (name: string): string =>
      typeof answer === "object" && answer !== null ? String(Reflect.get(answer, name) ?? "") : "";
    if (!response.ok) throw new Error(`${read("__type")}: ${read("message")}`);
    return { read };
  };

  const activate = async (input: Partial<CreateActivationCommandInput> = {}) => {
    const { ActivationId = "", ActivationCode = "" } = await ssmClient.send(
      new CreateActivationCommand({ IamRole: "hosts", ...input }),
    );
    return { id: ActivationId, secret: ActivationCode };
  };

  /** A registered host, as an agent is one. */
  const register = async (
    activation: { id: string; secret: string },
    { name = "web-1", keys = newHostKeyPair() } = {},
  ) => {
    const Nonce = nonce();
    const { read } = await agentCall(activation, "RegisterManagedInstance", {
      PublicKey: keys.publicKey,
      ComputerName: name,
      Nonce,
    });
    const [id, serverKey] = [read("InstanceId"), read("ServerPublicKey")];
    const proven =
      read("Proof") === authenticate(activation.secret, ["registration", Nonce, keys.publicKey, id, REGION, serverKey]);
    const secrets = hostSecrets(keys.privateKey, serverKey, { host: keys.publicKey, server: serverKey });
    const credential = { id, secret: secrets.call };
    return {
      id,
      keys,
      proven,
      credential,
      call: (operation: string, input: object) => agentCall(credential, operation, input),
      heartbeat: (more: object = {}) =>
        agentCall(credential, "UpdateInstanceInformation", {
          Nonce: nonce(),
          AgentVersion: "1.0.0",
          ShellScripts: true,
          ...more,
        }),
      reply: (MessageId: string, Status: string, more: object = {}) =>
        agentCall(credential, "SendReply", { Nonce: nonce(), MessageId, Status, ...more }),
      async poll({ WaitSeconds = 0, AssignmentsVersion = "" } = {}) {
        const question = nonce();
        const got = await agentCall(credential, "GetMessages", { Nonce: question, AssignmentsVersion, WaitSeconds });
        const content = got.read("Content");
        const signed = got.read("Signature") === authenticate(secrets.message, ["messages", id, question, content]);
        const { messages, assignmentsVersion, assignments } = JSON.parse(content) as {
          messages: { id: string; kind: string; document?: string; parameters?: Record<string, string[]> }[];
          assignmentsVersion: string;
          assignments?: Record<string, unknown>;
        };
        return { signed, messages, assignmentsVersion, assignments };
      },
    };
  };
  return { clock, state, fleet, ssm: ssmClient, client, activate, register, agentCall, failures };
}
