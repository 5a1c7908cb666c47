import type { LogsCall, LogsDeps } from "../operation.ts";
import { parseDestinationArn } from "./destination-arn.ts";
import { NotForwarded } from "./destinations/destination.ts";
import { controlMessage } from "./forwarding/payload.ts";

/** A caller waits for no longer; destinations that take longer are tried at all by those that come later. */
const PROBE_MS = 15_000;

/**
 * Refuses a destination that nothing can be sent to, by its form or because it does not take a control message now. Errors and their order
 * are CloudWatch Logs' where they are known.
 */
export async function requireDestination(
  { destinations, clock }: Pick<LogsDeps, "destinations" | "clock">,
  call: LogsCall,
  destinationArn: string,
  roleArn: string | undefined,
  sourceArn: string,
): Promise<void> {
  const form = parseDestinationArn(destinationArn);
  if (form?.kind === "kinesis" || form?.kind === "firehose") {
    if (roleArn === undefined) {
      throw call.error(
        "InvalidParameterException",
        `destinationArn for vendor ${form.kind} cannot be used without roleArn`,
      );
    }
  }
  if (form?.kind === "function") {
    if (form.account !== call.account) {
      throw call.error(
        "AccessDeniedException",
        "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.",
      );
    }
    if (roleArn !== undefined) {
      throw call.error("InvalidParameterException", "destinationArn for vendor lambda cannot be used with roleArn");
    }
  }
  const refusal = destinations.refusal(call, destinationArn);
  if (refusal !== undefined) throw call.error("InvalidParameterException", refusal);
  const destination = destinations.of(destinationArn, sourceArn);
  if (destination === undefined) {
    throw call.error(
      "InvalidParameterException",
      "Could not deliver test message to specified destination. Check if the destination is valid.",
    );
  }
  const { description } = destination;
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(PROBE_MS)]);
  try {
    await destination.probe(controlMessage(description, clock.now()), signal);
  } catch (error) {
    call.signal.throwIfAborted();
    if (!(error instanceof NotForwarded || signal.aborted)) throw error;
    const reason = error instanceof NotForwarded ? error.message : `no answer within ${PROBE_MS} ms`;
    throw call.error(
      "InvalidParameterException",
      `Could not deliver test message to specified ${description}. Check if the destination is valid: ${reason}`,
    );
  }
}
