import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import type * as Sts from "@aws-sdk/client-sts";
import { type RequestToSign, type SigningCredential, signRequest } from "../auth/sign.ts";
import { loadModel } from "../model/load.ts";
import { type Credential, type Handlers, type Service, service } from "../service.ts";
import type { CallRecord } from "./record.ts";
import { createWireServer, type WireServer, type WireServerOptions } from "./server.ts";

/** For tests: a server on a free port with one user, everything it recorded, and clients that sign by hand. */
export interface Harness {
  readonly server: WireServer;
  readonly port: number;
  readonly records: CallRecord[];
  readonly logged: { readonly level: string; readonly message: string }[];
  /** Moves the server's clock. */
  setClock(date: Date): void;
}

export const CREDENTIAL: SigningCredential = { accessKeyId: "AKIDTEST", secret: "secret" };
export const NOW = new Date("2026-11-20T23:30:00Z");

const user: Credential = {
  accessKeyId: CREDENTIAL.accessKeyId,
  secret: CREDENTIAL.secret,
  account: "123456789012",
  principal: { type: "IAMUser", arn: "arn:aws:iam::123456789012:user/test", principalId: "AIDATEST", userName: "test" },
};

export const logsService = (handlers: Handlers<typeof Logs>): Service =>
  service<typeof Logs>(loadModel("cloudwatch-logs"))(handlers, {});

export const stsService = (): Service =>
  service<typeof Sts>(loadModel("sts"))(
    {
      async GetCallerIdentity(_input, call) {
        return { Account: call.account, Arn: call.principal.arn, UserId: call.principal.principalId };
      },
    },
    {},
  );

export async function start(services: readonly Service[], options: Partial<WireServerOptions> = {}): Promise<Harness> {
  const records: CallRecord[] = [];
  const logged: { level: string; message: string }[] = [];
  let now = NOW;
  const server = createWireServer({
    services,
    credentials: (id) => (id === user.accessKeyId ? user : undefined),
    authorize: () => {},
    onCall: (record) => void records.push(record),
    clock: () => now,
    log: (level, message) => void logged.push({ level, message }),
    ...options,
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  return {
    server,
    port,
    records,
    logged,
    setClock: (date) => {
      now = date;
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Sending extends Partial<RequestToSign> {
  readonly service?: string;
  readonly region?: string;
  readonly credential?: SigningCredential;
  readonly at?: Date;
  /** Headers put on after signing, or taken away with `undefined`. */
  readonly after?: Readonly<Record<string, string | undefined>>;
  /** Sent in place of the body that was signed. */
  readonly sent?: string | Uint8Array;
}

/** A call of CloudWatch Logs, unless told otherwise. */
export const logsCall = (operation: string, input: unknown): Sending => ({
  headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `Logs_20140328.${operation}` },
  body: typeof input === "string" ? input : JSON.stringify(input),
});

export const stsCall = (body = "Action=GetCallerIdentity&Version=2011-06-15"): Sending => ({
  service: "sts",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body,
});

export function signed(port: number, call: Sending): RequestToSign & { readonly headers: Record<string, string> } {
  const request = {
    method: call.method ?? "POST",
    path: call.path ?? "/",
    body: call.body ?? "",
    headers: { host: `127.0.0.1:${port}`, ...call.headers },
  };
  const headers = signRequest(
    request,
    call.credential ?? CREDENTIAL,
    { region: call.region ?? "us-east-1", service: call.service ?? "logs" },
    call.at ?? NOW,
  );
  for (const [name, value] of Object.entries(call.after ?? {})) {
    if (value === undefined) delete headers[name];
    else headers[name] = value;
  }
  return { ...request, headers };
}

export function send(port: number, call: Sending): Promise<Reply> {
  const request = signed(port, call);
  return new Promise((resolve, reject) => {
    const out = httpRequest(
      { host: "127.0.0.1", port, method: request.method, path: request.path, headers: request.headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
        response.on("error", reject);
      },
    );
    out.on("error", reject);
    out.end(call.sent ?? request.body);
  });
}

/** The bytes of a request's head, as they go over the socket. */
export const headText = (request: RequestToSign, more: Readonly<Record<string, string>> = {}): string =>
  `${request.method} ${request.path} HTTP/1.1\r\n${Object.entries({ ...request.headers, ...more })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;

/** A plain socket, and all that came over it. */
export interface RawConnection {
  readonly socket: Socket;
  text(): string;
  /** Resolves when the text matches, or rejects when the other side closed before. */
  until(pattern: RegExp): Promise<string>;
  readonly closed: Promise<string>;
}

export function raw(port: number): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    let text = "";
    const waiting = new Set<() => void>();
    let isClosed = false;
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (const wake of waiting) wake();
    });
    const closed = new Promise<string>((done) => {
      socket.on("close", () => {
        isClosed = true;
        for (const wake of waiting) wake();
        done(text);
      });
    });
    socket.on("error", (error) => (socket.connecting ? reject(error) : undefined));
    const until = (pattern: RegExp) =>
      new Promise<string>((found, lost) => {
        const look = () => {
          if (pattern.test(text)) {
            waiting.delete(look);
            found(text);
          } else if (isClosed) {
            waiting.delete(look);
            lost(new Error(`The connection closed after: ${text}`));
          }
        };
        waiting.add(look);
        look();
      });
    socket.on("connect", () => resolve({ socket, text: () => text, until, closed }));
  });
}

/** Resolves when the condition holds; looks again after each turn of the event loop's timers. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`It did not come to pass that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Checks an answer of the JSON protocol that tells an error. */
export const isJsonError = (status: number, type: string, message: string | RegExp) => (reply: Reply) => {
  const body = JSON.parse(reply.body);
  assert.equal(reply.status, status, reply.body);
  assert.equal(body.__type, type);
  assert.equal(reply.headers["content-type"], "application/x-amz-json-1.1");
  if (typeof message === "string") assert.equal(body.message, message);
  else assert.match(body.message, message);
};

/** Checks an answer of the query protocol in which STS tells an error. */
export const isQueryError = (status: number, code: string, message: RegExp) => (reply: Reply) => {
  assert.equal(reply.status, status, reply.body);
  assert.equal(reply.headers["content-type"], "text/xml");
  assert.match(
    reply.body,
    new RegExp(
      `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message.source}.*</Message></Error><RequestId>[0-9a-f-]+</RequestId></ErrorResponse>`,
    ),
  );
};
