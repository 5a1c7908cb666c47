const DAY_MS = 86_400_000;
/** Keys are to be changed after so many days (AWS Security Hub, control IAM.3). */
export const OLD_DAYS = 90;

/** `today`, `1 day`, `120 days`. */
export function ageText(createdMs: number, now: number): string {
  const days = ageDays(createdMs, now);
  if (days < 1) return "today";
  return days === 1 ? "1 day" : `${days} days`;
}

export const ageDays = (createdMs: number, now: number): number => Math.floor(Math.max(0, now - createdMs) / DAY_MS);

export const isOld = (createdMs: number, now: number): boolean => ageDays(createdMs, now) > OLD_DAYS;
