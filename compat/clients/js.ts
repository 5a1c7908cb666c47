/** Drives the AWS SDK for JavaScript v3, in this process. */

import { lookup } from "node:dns";
import { Agent } from "node:http";
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as organizations from "@aws-sdk/client-organizations";
import * as rds from "@aws-sdk/client-rds";
import * as s3 from "@aws-sdk/client-s3";
import * as s3control from "@aws-sdk/client-s3-control";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import * as ssm from "@aws-sdk/client-ssm";
import * as sts from "@aws-sdk/client-sts";
import type { ServiceFolder } from "../services.ts";
import { type Fields, isFields, type Value } from "../value.ts";
import { type Answer, type Call, type Client, type Failure, type Tail, type Target, tokenOf } from "./client.ts";

/** A server that stops answering must fail the scenario, not hang the run. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * S3 Control's clients put the account before the endpoint's host, which is a name only where the host is one, and one that only wildcard
 * names in the DNS resolve. So the host gets another name here, and every name of it leads to the endpoint.
 */
function withAccountHosts(endpoint: string): s3control.S3ControlClientConfig {
  const url = new URL(endpoint);
  const { hostname } = url;
  url.hostname = "s3-control.test";
  const httpAgent = new Agent({ lookup: (_host, options, done) => lookup(hostname, options, done) });
  return {
    endpoint: url.href,
    requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true, httpAgent },
  };
}

/** By service: the client's module and what makes a client. */
const SDKS: Readonly<
  Record<ServiceFolder, { readonly module: object; make(config: logs.CloudWatchLogsClientConfig): Sdk }>
> = {
  logs: { module: logs, make: (config) => new logs.CloudWatchLogsClient(config) as unknown as Sdk },
  monitoring: {
    module: cloudwatch,
    make: (config) => new cloudwatch.CloudWatchClient(config as cloudwatch.CloudWatchClientConfig) as unknown as Sdk,
  },
  ec2: { module: ec2, make: (config) => new ec2.EC2Client(config as ec2.EC2ClientConfig) as unknown as Sdk },
  rds: { module: rds, make: (config) => new rds.RDSClient(config as rds.RDSClientConfig) as unknown as Sdk },
  ssm: { module: ssm, make: (config) => new ssm.SSMClient(config as ssm.SSMClientConfig) as unknown as Sdk },
  iam: { module: iam, make: (config) => new iam.IAMClient(config as iam.IAMClientConfig) as unknown as Sdk },
  kms: { module: kms, make: (config) => new kms.KMSClient(config as kms.KMSClientConfig) as unknown as Sdk },
  organizations: {
    module: organizations,
    make: (config) =>
      new organizations.OrganizationsClient(config as organizations.OrganizationsClientConfig) as unknown as Sdk,
  },
  // The address has no wildcard name in front of which a bucket could stand.
  s3: {
    module: s3,
    make: (config) => new s3.S3Client({ ...(config as s3.S3ClientConfig), forcePathStyle: true }) as unknown as Sdk,
  },
  s3control: {
    module: s3control,
    make: ({ endpoint, ...config }) =>
      new s3control.S3ControlClient({
        ...(config as s3control.S3ControlClientConfig),
        ...(typeof endpoint === "string" && withAccountHosts(endpoint)),
      }) as unknown as Sdk,
  },
  sns: { module: sns, make: (config) => new sns.SNSClient(config as sns.SNSClientConfig) as unknown as Sdk },
  sqs: { module: sqs, make: (config) => new sqs.SQSClient(config as sqs.SQSClientConfig) as unknown as Sdk },
  sts: { module: sts, make: (config) => new sts.STSClient(config as sts.STSClientConfig) as unknown as Sdk },
};

/** What all clients of the SDK have in common; their own types differ in every command. */
interface Sdk {
  send(command: object): Promise<object>;
  destroy(): void;
  readonly middlewareStack: {
    add(middleware: (next: (args: Exchange) => unknown) => (args: Exchange) => unknown, options: object): void;
  };
}
type Exchange = { readonly request?: unknown };

function makeSdk(target: Target, call: Call): Sdk {
  const other = call.identity === "nobody" ? undefined : call.identity;
  const token = tokenOf(target, call.identity);
  const sdk = SDKS[call.service].make({
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    region: target.region,
    // StartLiveTail would call stream-logs.<host>, a name that only AWS's own endpoints have.
    disableHostPrefix: target.endpoint !== undefined,
    maxAttempts: 1,
    requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
    credentials: {
      accessKeyId: other?.keyId ?? target.keyId,
      secretAccessKey: other?.secret ?? target.secret,
      ...(token === undefined ? {} : { sessionToken: token }),
    },
  });
  const setHeaders = (args: Exchange, change: (headers: Record<string, string>) => void): void => {
    change((args.request as { headers: Record<string, string> }).headers);
  };
  sdk.middlewareStack.add(
    (next) => (args) => {
      setHeaders(args, (headers) => {
        for (const [name, value] of Object.entries(call.headers)) headers[name.toLowerCase()] = value;
      });
      return next(args);
    },
    { step: "build", priority: "low", name: "scenarioHeaders" },
  );
  if (call.identity === "nobody") {
    sdk.middlewareStack.add(
      (next) => (args) => {
        setHeaders(args, (headers) => {
          delete headers.authorization;
        });
        return next(args);
      },
      // The deserialize step comes after the signing one, and sees the request on its way out.
      { step: "deserialize", priority: "low", name: "scenarioUnsigned" },
    );
  }
  return sdk;
}

/** What JSON can hold of an answer; the metadata of the exchange is not part of it. Bytes are text, or else Base64. */
function plain(value: object): Fields {
  const { $metadata: _, ...members } = value as { $metadata?: unknown };
  return JSON.parse(
    JSON.stringify(members, (_key, member) => (member instanceof Uint8Array ? bytes(member) : member)),
  ) as Fields;
}

/** An answer whose body, where it is a stream, has come to its end. */
async function whole(output: object): Promise<object> {
  const body: unknown = Reflect.get(output, "Body");
  const read = typeof body === "object" && body !== null ? Reflect.get(body, "transformToByteArray") : undefined;
  return typeof read === "function" ? { ...output, Body: await read.call(body) } : output;
}

/** An input in which `{$bytes: Base64}` became bytes. */
function withBytes(value: Value): unknown {
  if (Array.isArray(value)) return value.map((item: Value) => withBytes(item));
  if (!isFields(value)) return value;
  if (typeof value.$bytes === "string") return Buffer.from(value.$bytes, "base64");
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withBytes(item)]));
}

function bytes(member: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(member);
  } catch {
    return Buffer.from(member).toString("base64");
  }
}

function failure(error: unknown): Failure {
  if (!(error instanceof Error)) throw error;
  if (isServiceException(error)) {
    const { name, $fault: _, $response: __, $retryable: ___, $service: ____, Code, ...members } = error;
    // The query protocol's code, where there is one, is what the other clients show.
    const code = typeof Code === "string" ? Code : name;
    return { ...plain(members), code, message: error.message, http: error.$metadata.httpStatusCode ?? 0 };
  }
  return { code: `Client:${error.name}`, message: error.message };
}

type ServiceException = Error & {
  readonly $metadata: { readonly httpStatusCode?: number };
  readonly $fault?: unknown;
  readonly $response?: unknown;
  readonly $retryable?: unknown;
  readonly $service?: unknown;
  readonly Code?: unknown;
};

/** Each client has exception classes of its own; their marks are the same. */
const isServiceException = (error: Error): error is ServiceException => "$fault" in error && "$metadata" in error;

function member<T>(service: ServiceFolder, name: string): T {
  const found: unknown = Reflect.get(SDKS[service].module, name);
  if (found === undefined) throw new Error(`the JavaScript SDK has no ${name}`);
  return found as T;
}

async function collectPages(sdk: Sdk, call: Call): Promise<Fields> {
  const paginate = member<(config: object, input: Fields) => AsyncIterable<object>>(
    call.service,
    `paginate${call.operation}`,
  );
  // GetLogEvents never ends with an absent token: its paginator has to be told to stop at a repeated one.
  const config = { client: sdk, pageSize: call.pages, stopOnSameToken: call.operation === "GetLogEvents" };
  const merged: Record<string, Value> = {};
  for await (const page of paginate(config, call.input)) {
    for (const [name, value] of Object.entries(plain(page))) {
      const before = merged[name];
      merged[name] = Array.isArray(value) && Array.isArray(before) ? [...before, ...value] : value;
    }
  }
  return merged;
}

async function openTail(sdk: Sdk, call: Call): Promise<Tail> {
  const aborter = new AbortController();
  const command = new logs.StartLiveTailCommand(call.input as unknown as logs.StartLiveTailCommandInput);
  const { responseStream } = await (sdk as unknown as logs.CloudWatchLogsClient).send(command, {
    abortSignal: aborter.signal,
  });
  if (responseStream === undefined) throw new Error("StartLiveTail answered without a stream");
  const iterator = responseStream[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) throw new Error("the live tail ended before its sessionStart");
  const updates: Value[] = [];
  let broken: unknown;
  const pump = (async () => {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      if (next.value.sessionUpdate !== undefined) updates.push(plain(next.value.sessionUpdate));
    }
  })().catch((error: unknown) => {
    broken = error;
  });
  return {
    async read() {
      if (broken !== undefined) throw broken;
      const events = updates.flatMap((update) => ((update as Fields).sessionResults ?? []) as readonly Value[]);
      return { ...plain(first.value), updates: [...updates], events };
    },
    async close() {
      aborter.abort();
      await pump;
      sdk.destroy();
    },
  };
}

/** A client of the SDK; calls with an identity or headers of their own get an SDK client of their own. */
export function openJs(target: Target): Client {
  const sdks = new Map<string, Sdk>();
  const sdkFor = (call: Call): Sdk => {
    const key = JSON.stringify([call.service, call.identity, call.headers]);
    const sdk = sdks.get(key) ?? makeSdk(target, call);
    sdks.set(key, sdk);
    return sdk;
  };
  return {
    async call(call): Promise<Answer> {
      try {
        if (call.pages !== undefined) return { ok: true, output: await collectPages(sdkFor(call), call) };
        const Constructor = member<new (input: unknown) => object>(call.service, `${call.operation}Command`);
        return {
          ok: true,
          output: plain(await whole(await sdkFor(call).send(new Constructor(withBytes(call.input))))),
        };
      } catch (error) {
        return { ok: false, failure: failure(error) };
      }
    },
    async tail(call) {
      try {
        return await openTail(makeSdk(target, call), call);
      } catch (error) {
        return failure(error);
      }
    },
    async close() {
      for (const sdk of sdks.values()) sdk.destroy();
    },
  };
}
