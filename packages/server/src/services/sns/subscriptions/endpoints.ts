import { isMailAddress } from "../../../platform/mail/mail.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { invalidParameter, type SnsCall, type SnsDeps } from "../operation.ts";
import { isFifo, type Topic } from "../topics/topic.ts";
import type { Protocol } from "./subscription.ts";

/** What AWS delivers by and Nephoscope does not, each with the reason. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  sms: "there is no way to telephones",
  application: "there is no way to mobile devices",
  firehose: "there are no delivery streams",
};

const LONGEST_URL = 2_048;

/** The protocol and endpoint of a new subscription, checked. */
export function readEndpoint(
  { outgoing, queues, runner }: Pick<SnsDeps, "outgoing" | "queues" | "runner">,
  call: SnsCall,
  topic: Resource<Topic>,
  protocol: string,
  endpoint: string | undefined,
): { readonly protocol: Protocol; readonly endpoint: string } {
  const { functions } = runner;
  const lacking = protocol === "lambda" && functions === undefined ? "there is no function runner yet" : undefined;
  const unsupported = lacking ?? (Object.hasOwn(UNSUPPORTED, protocol) ? UNSUPPORTED[protocol] : undefined);
  if (unsupported !== undefined) {
    throw invalidParameter(
      call,
      `Protocol Reason: Nephoscope does not deliver by ${protocol}: ${unsupported}. It delivers by email, email-json, http, https and sqs`,
    );
  }
  const text = endpoint ?? "";
  switch (protocol) {
    case "email":
    case "email-json":
      if (isFifo(topic)) throw fifoTakesQueues(call);
      if (!isMailAddress(text)) throw invalidParameter(call, "Email address");
      return { protocol, endpoint: text };
    case "http":
    case "https": {
      if (isFifo(topic)) throw fifoTakesQueues(call);
      if (!text.startsWith(`${protocol}://`) || text.length > LONGEST_URL) {
        throw invalidParameter(call, "Endpoint must match the specified protocol");
      }
      const refusal = outgoing.refusal(text);
      if (refusal !== undefined) throw invalidParameter(call, `Endpoint Reason: ${refusal}`);
      return { protocol, endpoint: text };
    }
    case "lambda":
      if (isFifo(topic)) throw fifoTakesQueues(call);
      if (functions?.takes(text) !== true) throw invalidParameter(call, "Lambda endpoint ARN");
      return { protocol, endpoint: text };
    case "sqs": {
      if (!queues.takes(text)) throw invalidParameter(call, "SQS endpoint ARN");
      if (!isFifo(topic) && text.endsWith(".fifo")) {
        throw invalidParameter(
          call,
          "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
        );
      }
      return { protocol, endpoint: text };
    }
    default:
      throw invalidParameter(call, `Amazon SNS does not support this protocol string: ${protocol}`);
  }
}

const fifoTakesQueues = (call: SnsCall): Error =>
  invalidParameter(call, "Invalid parameter: Endpoint Reason: Please use FIFO SQS queue");
