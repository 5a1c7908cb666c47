/**
 * When a failed delivery is tried again, in the four phases of SNS's delivery policies: at once, then at the least delay,
 * then growing from the least to the greatest, then at the greatest. Delays are in seconds.
 */
export interface RetrySchedule {
  /** Tries after the first one, all phases together. */
  readonly numRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly numMaxDelayRetries: number;
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly backoffFunction: "linear" | "arithmetic" | "geometric" | "exponential";
}

/** Milliseconds until the next try after `attempts` failed ones, or undefined when there is none. */
export function retryDelayMs(schedule: RetrySchedule, attempts: number): number | undefined {
  if (attempts > schedule.numRetries) return undefined;
  const { numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries, minDelayTarget, maxDelayTarget } = schedule;
  let retry = attempts;
  if (retry <= numNoDelayRetries) return 0;
  retry -= numNoDelayRetries;
  if (retry <= numMinDelayRetries) return minDelayTarget * 1_000;
  retry -= numMinDelayRetries;
  const growing = Math.max(0, schedule.numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries);
  if (retry > growing) return maxDelayTarget * 1_000;
  const share = growing === 1 ? 1 : (retry - 1) / (growing - 1);
  return Math.round(1_000 * between(schedule, share));
}

/** AWS publishes the shapes' names and a drawing, not their formulas; these go through the same two ends. */
function between({ backoffFunction, minDelayTarget: min, maxDelayTarget: max }: RetrySchedule, share: number): number {
  switch (backoffFunction) {
    case "linear":
      return min + (max - min) * share;
    case "arithmetic":
      return min + (max - min) * share ** 2;
    default:
      // Geometric and exponential growth are the same between two ends. From 0 it starts at a second.
      return Math.max(min, 1) * (max / Math.max(min, 1)) ** share;
  }
}

const schedule = (
  numNoDelayRetries: number,
  numMinDelayRetries: number,
  growing: number,
  numMaxDelayRetries: number,
  minDelayTarget: number,
  maxDelayTarget: number,
): RetrySchedule => ({
  numRetries: numNoDelayRetries + numMinDelayRetries + growing + numMaxDelayRetries,
  numNoDelayRetries,
  numMinDelayRetries,
  numMaxDelayRetries,
  minDelayTarget,
  maxDelayTarget,
  backoffFunction: "exponential",
});

/** Queues and functions (SNS developer guide, "Message delivery retries", AWS managed endpoints): 23 days. */
export const MANAGED_SCHEDULE = schedule(3, 2, 10, 100_000, 1, 20);
/** Mail (same page, customer managed endpoints): 50 tries over six hours. */
export const MAIL_SCHEDULE = schedule(0, 2, 10, 38, 10, 600);
/** Webhooks without a policy of their own (same page, HTTP/S): three more tries, 20 seconds apart. */
export const HTTP_SCHEDULE: RetrySchedule = {
  numRetries: 3,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  numMaxDelayRetries: 0,
  minDelayTarget: 20,
  maxDelayTarget: 20,
  backoffFunction: "linear",
};
