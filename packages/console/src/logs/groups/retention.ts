/** The days that events may be kept (PutRetentionPolicy, API reference), and never to expire them. */
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** `Never expire`, `1 week (7 days)`, `13 months (400 days)`, as CloudWatch's console says it. */
export function retentionText(days: number | undefined): string {
  if (days === undefined) return "Never expire";
  const plain = days === 1 ? "1 day" : `${days} days`;
  const round = ROUND[days];
  return round === undefined ? plain : `${round} (${plain})`;
}

const ROUND: Readonly<Record<number, string>> = {
  7: "1 week",
  14: "2 weeks",
  30: "1 month",
  60: "2 months",
  90: "3 months",
  120: "4 months",
  150: "5 months",
  180: "6 months",
  365: "12 months",
  400: "13 months",
  545: "18 months",
  731: "2 years",
  1096: "3 years",
  1827: "5 years",
  2192: "6 years",
  2557: "7 years",
  2922: "8 years",
  3288: "9 years",
  3653: "10 years",
};
