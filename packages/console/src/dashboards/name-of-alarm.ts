/** The name of an alarm by its ARN; dashboards name alarms by those. */
export const nameOfAlarm = (arn: string): string => arn.split(":").slice(6).join(":") || arn;
