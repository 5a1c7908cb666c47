import { AwsError } from "../aws/aws-error.ts";
import type { AwsClient } from "../aws/client.ts";
import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import type { Gate } from "./gate.ts";
import type { SpooledCall } from "./spool.ts";
import { StreamMaker } from "./stream-maker.ts";
import type { StreamName } from "./stream-name.ts";

export interface LogCallsOptions {
  readonly client: AwsClient;
  readonly gate: Gate;
  readonly health: Health;
  readonly journal: Journal;
}

/** `later`: the service is away, or somebody must mend something first; the gate knows. `refused`: for good. */
export type CallAnswer = "stored" | "later" | "refused";

/** Makes calls of PutLogEvents, and what must be done for them. */
export class LogCalls {
  readonly #options: LogCallsOptions;
  readonly #streams: StreamMaker;

  constructor(options: LogCallsOptions) {
    this.#options = options;
    this.#streams = new StreamMaker(options.client, options.journal);
  }

  /** Makes a call; a missing group or stream is created. */
  async make(call: SpooledCall, body: Uint8Array | readonly Uint8Array[]): Promise<CallAnswer> {
    const { client, gate, health, journal } = this.#options;
    const where = call.stream === undefined ? call.operation : `${call.stream.group} ${call.stream.name}`;
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        if (call.stream !== undefined) await this.#streams.prepare(call.stream);
        health.add("CallsSent");
        const answer = await client.call(call.operation, body, call.headers);
        gate.succeeded();
        this.#countRejected(answer.rejectedLogEventsInfo, call.items, where);
        return "stored";
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        if (error.code === "DataAlreadyAcceptedException") return "stored";
        if (error.code === "ResourceNotFoundException" && call.stream !== undefined && attempt === 0) {
          this.#streams.forget(call.stream);
          await this.#streams.create(call.stream).catch((failure: unknown) => {
            if (!(failure instanceof AwsError)) throw failure;
            journal.write("warn", `${where} can not be created: ${failure.code}: ${failure.message}`);
          });
          continue;
        }
        const { remedy } = error;
        journal.write(
          remedy === "never" ? "error" : "warn",
          `${call.operation} for ${where}: ${error.code}: ${error.message}`,
        );
        if (remedy === "never" && error.code !== "ResourceNotFoundException") return "refused";
        health.add("CallsRetried");
        gate.failed(remedy === "wait" ? "wait" : "retry");
        return "later";
      }
    }
    gate.failed("retry");
    return "later";
  }

  #countRejected(info: unknown, events: number, where: string): void {
    if (typeof info !== "object" || info === null) return;
    const at = (name: string): number | undefined => {
      const value = Object.entries(info).find(([key]) => key === name)?.[1];
      return typeof value === "number" ? value : undefined;
    };
    const before = Math.max(at("tooOldLogEventEndIndex") ?? 0, at("expiredLogEventEndIndex") ?? 0);
    const after = events - (at("tooNewLogEventStartIndex") ?? events);
    this.#options.health.add("EventsRejected", before + after);
    this.#options.journal.write(
      "warn",
      `${before + after} of ${events} events for ${where} were rejected: ${before} too old, ${after} too new`,
    );
  }
}

/** The call for some events of a stream. */
export const callFor = (stream: StreamName, events: number): SpooledCall => ({
  service: "logs",
  operation: "PutLogEvents",
  items: events,
  stream: spooled(stream),
  ...headersOf(stream),
});

/** The call's JSON up to the list of events. */
export function headOf(stream: StreamName): string {
  const names = JSON.stringify({ logGroupName: stream.group, logStreamName: stream.name, ...entityOf(stream) });
  return `${names.slice(0, -1)},"logEvents":[`;
}

function entityOf({ entity }: StreamName): object {
  if (entity.serviceName === undefined) return {};
  const environment = entity.environment === undefined ? {} : { Environment: entity.environment };
  return { entity: { keyAttributes: { Type: "Service", Name: entity.serviceName, ...environment } } };
}

const headersOf = ({ format }: StreamName): Pick<SpooledCall, "headers"> =>
  format === undefined ? {} : { headers: { "x-amzn-logs-format": format } };

const spooled = ({ group, name, groupClass, retentionDays }: StreamName): NonNullable<SpooledCall["stream"]> => ({
  group,
  name,
  ...(groupClass !== undefined && { groupClass }),
  ...(retentionDays !== undefined && { retentionDays }),
});
