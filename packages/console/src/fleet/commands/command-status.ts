type Shown = "pending" | "in-progress" | "success" | "error" | "stopped";

/** How a command's or invocation's status is shown (Systems Manager user guide, "Understanding command statuses"). */
export function statusLook(status: string | undefined): Shown {
  switch (status) {
    case "Success":
      return "success";
    case "Failed":
    case "TimedOut":
      return "error";
    case "Cancelled":
      return "stopped";
    case "InProgress":
    case "Cancelling":
      return "in-progress";
    default:
      return "pending";
  }
}

/** `DeliveryTimedOut` as people read it: `Delivery timed out`. */
export function statusText(status: string | undefined): string {
  if (status === undefined || status === "") return "Pending";
  const words = status.replace(/([a-z])([A-Z])/g, "$1 $2");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

/** Whether it has come to its end. */
export const isOver = (status: string | undefined): boolean =>
  status !== undefined && !["Pending", "InProgress", "Cancelling", "Delayed"].includes(status);

/** `2 of 3 done, 1 failed`. */
export function progressText({
  TargetCount = 0,
  CompletedCount = 0,
  ErrorCount = 0,
  DeliveryTimedOutCount = 0,
}: {
  readonly TargetCount?: number | undefined;
  readonly CompletedCount?: number | undefined;
  readonly ErrorCount?: number | undefined;
  readonly DeliveryTimedOutCount?: number | undefined;
}): string {
  if (TargetCount === 0) return "No host";
  const parts = [`${CompletedCount} of ${TargetCount} done`];
  if (ErrorCount > 0) parts.push(`${ErrorCount} failed`);
  if (DeliveryTimedOutCount > 0) parts.push(`${DeliveryTimedOutCount} not reached`);
  return parts.join(", ");
}
