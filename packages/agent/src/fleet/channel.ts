import { randomBytes, timingSafeEqual } from "node:crypto";
import { authenticate } from "@nephoscope/wire/host-keys";
import { AwsClient } from "../aws/client.ts";
import { secretsOf } from "../daemon/registration.ts";
import { credentialOf, type HostIdentity } from "./host-identity.ts";

/** A command for this host, or the wish to end one. */
export type Message =
  | {
      readonly id: string;
      readonly kind: "run";
      readonly document: string;
      readonly parameters: Readonly<Record<string, readonly string[]>>;
    }
  | { readonly id: string; readonly kind: "cancel" };

export interface News {
  readonly messages: readonly Message[];
  readonly assignmentsVersion: string;
  /** Undefined when they are as before. */
  readonly assignments: Readonly<Record<string, unknown>> | undefined;
}

export interface Reply {
  readonly status: "InProgress" | "Success" | "Failed" | "TimedOut" | "Cancelled";
  readonly details?: string;
  readonly code?: number;
  readonly output?: string;
  readonly errorOutput?: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
}

/** The server takes so many characters of each. */
const OUTPUT = 24_000;
const ERROR_OUTPUT = 8_000;
/** A poll waits this long at the server; the answer has then some time for its way. */
export const POLL_SECONDS = 20;
const POLL_TIMEOUT_MS = 40_000;

/** The calls of this host to the server that it is registered with. Each has a nonce: the server takes none twice. */
export class FleetChannel {
  readonly #identity: HostIdentity;
  readonly #message: Buffer;
  readonly #poll: AwsClient;
  readonly #client: AwsClient;

  constructor(identity: HostIdentity, now: () => number) {
    this.#identity = identity;
    this.#message = secretsOf(identity).message;
    const credential = credentialOf(identity);
    const { endpoint, region } = identity;
    const options = { service: "ssmmessages", endpoint, region, credentials: async () => credential, now } as const;
    this.#poll = new AwsClient({ ...options, connections: 1, timeout: POLL_TIMEOUT_MS });
    this.#client = new AwsClient({ ...options, connections: 4 });
  }

  async heartbeat(input: {
    readonly agentVersion: string;
    readonly shellScripts: boolean;
    readonly facts?: object;
    readonly reports?: object;
  }): Promise<void> {
    await this.#client.call(
      "UpdateInstanceInformation",
      JSON.stringify({
        Nonce: nonceOf(),
        AgentVersion: input.agentVersion,
        ShellScripts: input.shellScripts,
        ...(input.facts !== undefined && { Facts: input.facts }),
        ...(input.reports !== undefined && { Reports: input.reports }),
      }),
    );
  }

  /** Waits for news. What the server says is acted upon, so it must prove that it is the one this host registered with. */
  async poll(assignmentsVersion: string, waitSeconds = POLL_SECONDS): Promise<News> {
    const nonce = nonceOf();
    const answer = await this.#poll.call(
      "GetMessages",
      JSON.stringify({ Nonce: nonce, AssignmentsVersion: assignmentsVersion, WaitSeconds: waitSeconds }),
    );
    const { Content, Signature } = answer;
    if (typeof Content !== "string" || typeof Signature !== "string")
      throw new Error("the server's answer has no content");
    const wanted = Buffer.from(authenticate(this.#message, ["messages", this.#identity.instanceId, nonce, Content]));
    const given = Buffer.from(Signature);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
      throw new Error(
        "the server's answer is not signed by the server that this host registered with: nothing of it is done",
      );
    return readNews(JSON.parse(Content));
  }

  async reply(id: string, reply: Reply): Promise<void> {
    const { status, details, code, output, errorOutput, startedAt, endedAt } = reply;
    await this.#client.call(
      "SendReply",
      JSON.stringify({
        Nonce: nonceOf(),
        MessageId: id,
        Status: status,
        ...(details !== undefined && { StatusDetails: details }),
        ...(code !== undefined && { ResponseCode: code }),
        ...(output !== undefined && { Output: output.slice(0, OUTPUT) }),
        ...(errorOutput !== undefined && { ErrorOutput: errorOutput.slice(0, ERROR_OUTPUT) }),
        ...(startedAt !== undefined && { StartedAt: startedAt }),
        ...(endedAt !== undefined && { EndedAt: endedAt }),
      }),
    );
  }

  async putFlows(batches: readonly object[]): Promise<void> {
    await this.#client.call("PutFlowRecords", JSON.stringify({ Nonce: nonceOf(), Batches: batches }));
  }

  /** A poll that waits fails at once. */
  endPoll(): void {
    this.#poll.close();
  }

  close(): void {
    this.#poll.close();
    this.#client.close();
  }
}

const nonceOf = (): string => randomBytes(16).toString("hex");

function readNews(value: unknown): News {
  const { messages, assignmentsVersion, assignments } = record(value);
  if (typeof assignmentsVersion !== "string") throw new Error("the server's news have no version");
  return {
    messages: (Array.isArray(messages) ? messages : []).flatMap(readMessage),
    assignmentsVersion,
    assignments: assignments === undefined ? undefined : record(assignments),
  };
}

function readMessage(value: unknown): Message[] {
  const { id, kind, document, parameters } = record(value);
  if (typeof id !== "string" || !/^[0-9a-f-]{36}$/.test(id)) return [];
  if (kind === "cancel") return [{ id, kind }];
  if (kind !== "run" || typeof document !== "string") return [];
  const values = Object.entries(record(parameters)).map(
    ([name, list]) => [name, Array.isArray(list) ? list.map(String) : []] as const,
  );
  return [{ id, kind, document, parameters: Object.fromEntries(values) }];
}

export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
