import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { gunzipSync } from "node:zlib";

export interface ReceivedEvent {
  readonly timestamp: number;
  readonly message: string;
}

type Input = Readonly<Record<string, unknown>>;

/**
 * A service for tests: keeps what PutLogEvents and PutMetricData bring, refuses what AWS refuses, and fails as it is told.
 * Its rules are written from the service's documentation, not from the agent.
 */
export class FakeCloudWatch {
  readonly groups = new Map<string, { retention?: number; groupClass?: string }>();
  readonly streams = new Map<string, ReceivedEvent[]>();
  readonly metrics: Readonly<Record<string, unknown>>[] = [];
  readonly calls: {
    readonly operation: string;
    readonly input: Input;
    readonly headers: Readonly<Record<string, unknown>>;
  }[] = [];
  readonly parameters = new Map<string, string>();
  /** Answers of the next calls, instead of doing them: an error's code, or `hang up`. */
  readonly failures: string[] = [];
  /** While set, every call is answered so. */
  failing: string | undefined;
  /** Only counts events instead of keeping them. */
  countOnly = false;
  events = 0;
  messageBytes = 0;
  #server: Server | undefined;
  #port = 0;

  /** Listens on a free port, or on the one it had before. */
  async start(): Promise<this> {
    const server = createServer(async (request, response) => {
      try {
        const raw = await buffer(request);
        const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
        const target = String(request.headers["x-amz-target"]);
        const operation = target.slice(target.lastIndexOf(".") + 1);
        const failure = this.failing ?? this.failures.shift();
        if (failure === "hang up") {
          request.socket.destroy();
          return;
        }
        const input: Input = JSON.parse(body.toString());
        const answer =
          failure === undefined
            ? this.#answer(operation, input, request.headers)
            : { __type: failure, message: "as told" };
        response.statusCode = "__type" in answer ? (failure === "InternalFailure" ? 500 : 400) : 200;
        response.end(JSON.stringify(answer));
      } catch (error) {
        response.statusCode = 400;
        response.end(
          JSON.stringify({
            __type: "InvalidParameterException",
            message: error instanceof Error ? error.message : "?",
          }),
        );
      }
    });
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    this.#port = address.port;
    this.#server = server;
    return this;
  }

  async startFor(t: TestContext): Promise<this> {
    await this.start();
    t.after(() => this.stop());
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  messages(group: string, stream?: string): readonly string[] {
    const wanted = [...this.streams].filter(
      ([key]) => key.startsWith(`${group}\n`) && (stream === undefined || key === `${group}\n${stream}`),
    );
    return wanted.flatMap(([, events]) => events.map(({ message }) => message));
  }

  #answer(
    operation: string,
    input: Input,
    headers: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>> {
    assert.match(String(headers.authorization), /^AWS4-HMAC-SHA256 Credential=KEY\/\d{8}\/test-region-1\//);
    if (!this.countOnly) this.calls.push({ operation, input, headers });
    const group = String(input.logGroupName);
    const key = `${group}\n${String(input.logStreamName)}`;
    switch (operation) {
      case "CreateLogGroup":
        if (this.groups.has(group)) return { __type: "ResourceAlreadyExistsException", message: "there" };
        this.groups.set(group, typeof input.logGroupClass === "string" ? { groupClass: input.logGroupClass } : {});
        return {};
      case "CreateLogStream":
        if (!this.groups.has(group)) return { __type: "ResourceNotFoundException", message: "no group" };
        if (this.streams.has(key)) return { __type: "ResourceAlreadyExistsException", message: "there" };
        this.streams.set(key, []);
        return {};
      case "PutRetentionPolicy": {
        const known = this.groups.get(group);
        if (known === undefined) return { __type: "ResourceNotFoundException", message: "no group" };
        known.retention = Number(input.retentionInDays);
        return {};
      }
      case "PutLogEvents":
        return this.#put(key, input.logEvents);
      case "PutMetricData":
        assert.ok(Array.isArray(input.MetricData) && input.MetricData.length > 0 && input.MetricData.length <= 1000);
        for (const datum of input.MetricData) this.metrics.push({ namespace: input.Namespace, ...datum });
        return {};
      case "GetParameter": {
        const value = this.parameters.get(String(input.Name));
        return value === undefined
          ? { __type: "ParameterNotFound", message: "not there" }
          : { Parameter: { Name: input.Name, Value: value } };
      }
      case "PutParameter":
        this.parameters.set(String(input.Name), String(input.Value));
        return { Version: 1 };
      default:
        return { __type: "UnknownOperationException", message: operation };
    }
  }

  #put(key: string, events: unknown): Readonly<Record<string, unknown>> {
    const stored = this.streams.get(key);
    if (stored === undefined) return { __type: "ResourceNotFoundException", message: "no stream" };
    assert.ok(Array.isArray(events) && events.length > 0 && events.length <= 10_000, "1 to 10,000 events");
    let bytes = 0;
    let before = 0;
    const first = Number(events[0].timestamp);
    for (const { timestamp, message } of events) {
      assert.ok(
        typeof message === "string" && message !== "" && Number.isInteger(timestamp) && timestamp >= before,
        "chronological",
      );
      before = timestamp;
      bytes += Buffer.byteLength(message) + 26;
      this.messageBytes += message.length;
    }
    assert.ok(bytes <= 1_048_576, `a batch of ${bytes} bytes`);
    assert.ok(before - first < 24 * 3_600_000, "a span of less than 24 hours");
    this.events += events.length;
    if (!this.countOnly) for (const event of events) stored.push(event);
    return { nextSequenceToken: "1" };
  }
}
