import {
  CloudWatchLogsClient,
  CloudWatchLogsServiceException,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { eventsOf, type SentCall } from "./ledger.ts";
import type { Random } from "./random.ts";
import { CallUnanswered, type Credential, type SignedClient } from "./signed-client.ts";

/** Sends a call and says what became of it. Throws when the server turned it away, which it never should here. */
export interface Sender {
  send(call: SentCall): Promise<"acknowledged" | "unknown">;
  close(): void;
}

/** Long enough to sit out any restart. */
const MANY_ATTEMPTS = 300;

interface PutAnswer {
  readonly rejectedLogEventsInfo?: object;
}

/**
 * Most calls are repeated until they are answered. Some give up early, some hang up while the server still works on
 * them and then send the call again, as clients with short timeouts do.
 */
export function plainSender(client: SignedClient, random: Random): Sender {
  return {
    async send(call) {
      const impatient = random.chance(0.1);
      const attempts = random.chance(0.1) ? 2 : MANY_ATTEMPTS;
      try {
        const answer = await client.call<PutAnswer>(
          "PutLogEvents",
          { logGroupName: call.group, logStreamName: call.stream, logEvents: eventsOf(call) },
          { attempts, ...(impatient && attempts > 2 && { patienceMs: random.between(20, 400) }) },
        );
        return accepted(answer, call);
      } catch (error) {
        if (error instanceof CallUnanswered) return "unknown";
        throw error;
      }
    },
    close: () => {},
  };
}

/** AWS's own client with its own retries, which do not sit out every restart. */
export function sdkSender(endpoint: string, { accessKeyId, secret }: Credential): Sender {
  const client = new CloudWatchLogsClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey: secret },
  });
  return {
    async send(call) {
      try {
        const answer = await client.send(
          new PutLogEventsCommand({
            logGroupName: call.group,
            logStreamName: call.stream,
            logEvents: eventsOf(call),
          }),
        );
        return accepted(answer, call);
      } catch (error) {
        if (error instanceof CloudWatchLogsServiceException && error.$fault === "client" && !isThrottling(error))
          throw error;
        return "unknown";
      }
    },
    close: () => client.destroy(),
  };
}

const isThrottling = (error: CloudWatchLogsServiceException) => /Throttling|TooManyRequests/.test(error.name);

function accepted({ rejectedLogEventsInfo }: PutAnswer, call: SentCall): "acknowledged" {
  if (rejectedLogEventsInfo === undefined) return "acknowledged";
  throw new Error(`events of ${call.writer}/${call.number} were rejected: ${JSON.stringify(rejectedLogEventsInfo)}`);
}
