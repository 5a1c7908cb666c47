import { type Cause, VersionConflict } from "../../../platform/state/state.ts";
import type { MonitoringCall } from "../operation.ts";

/** Of calls that race for one alarm each commit lets one through; a try costs little. */
const TRIES = 100;

export function causeOf(call: MonitoringCall): Cause {
  return { action: `cloudwatch:${call.operation}`, requestId: call.requestId, principalArn: call.principal.arn };
}

/** Runs `change`, which reads and commits. One that raced with another reads again what the other wrote. */
export async function againOnConflict<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof VersionConflict) || attempt === TRIES) throw error;
    }
  }
}
