/** Drives the AWS SDK for JavaScript v3, in this process. */

import * as logs from "@aws-sdk/client-cloudwatch-logs";
import type { Fields, Value } from "../value.ts";
import type { Answer, Call, Client, Failure, Tail, Target } from "./client.ts";

/** A server that stops answering must fail the scenario, not hang the run. */
const REQUEST_TIMEOUT_MS = 60_000;

function makeSdk(target: Target, call: Call): logs.CloudWatchLogsClient {
  const other = call.identity === "nobody" ? undefined : call.identity;
  const sdk = new logs.CloudWatchLogsClient({
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    region: target.region,
    // StartLiveTail would call stream-logs.<host>, a name that only AWS's own endpoints have.
    disableHostPrefix: target.endpoint !== undefined,
    maxAttempts: 1,
    requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
    credentials: {
      accessKeyId: other?.keyId ?? target.keyId,
      secretAccessKey: other?.secret ?? target.secret,
      ...(target.sessionToken === undefined ? {} : { sessionToken: target.sessionToken }),
    },
  });
  const setHeaders = (args: { request?: unknown }, change: (headers: Record<string, string>) => void): void => {
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

/** What JSON can hold of an answer; the metadata of the exchange is not part of it. */
function plain(value: object): Fields {
  const { $metadata: _, ...members } = value as { $metadata?: unknown };
  return JSON.parse(JSON.stringify(members)) as Fields;
}

function failure(error: unknown): Failure {
  if (error instanceof logs.CloudWatchLogsServiceException) {
    const { name, $fault: _, $response: __, $retryable: ___, ...members } = error;
    return { ...plain(members), code: name, message: error.message, http: error.$metadata.httpStatusCode ?? 0 };
  }
  if (!(error instanceof Error)) throw error;
  return { code: `Client:${error.name}`, message: error.message };
}

type Command = Parameters<logs.CloudWatchLogsClient["send"]>[0];

function member<T>(name: string): T {
  const found: unknown = Reflect.get(logs, name);
  if (found === undefined) throw new Error(`the JavaScript SDK has no ${name}`);
  return found as T;
}

async function collectPages(sdk: logs.CloudWatchLogsClient, call: Call): Promise<Fields> {
  const paginate = member<(config: object, input: Fields) => AsyncIterable<object>>(`paginate${call.operation}`);
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

async function openTail(sdk: logs.CloudWatchLogsClient, call: Call): Promise<Tail> {
  const aborter = new AbortController();
  const command = new logs.StartLiveTailCommand(call.input as unknown as logs.StartLiveTailCommandInput);
  const { responseStream } = await sdk.send(command, { abortSignal: aborter.signal });
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
  const sdks = new Map<string, logs.CloudWatchLogsClient>();
  const sdkFor = (call: Call): logs.CloudWatchLogsClient => {
    const key = JSON.stringify([call.identity, call.headers]);
    const sdk = sdks.get(key) ?? makeSdk(target, call);
    sdks.set(key, sdk);
    return sdk;
  };
  return {
    async call(call): Promise<Answer> {
      try {
        if (call.pages !== undefined) return { ok: true, output: await collectPages(sdkFor(call), call) };
        const Constructor = member<new (input: Fields) => Command>(`${call.operation}Command`);
        return { ok: true, output: plain(await sdkFor(call).send(new Constructor(call.input))) };
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
