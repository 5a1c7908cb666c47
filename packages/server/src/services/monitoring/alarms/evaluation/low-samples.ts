/**
 * How many samples a percentile needs to mean anything: 10/(1-p) from the median up, 10/p below it (user guide,
 * "Percentile-based alarms and low data samples"). `p99` needs 1,000.
 */
export function leastSamples(percent: number): number {
  const tail = percent >= 50 ? 100 - percent : percent;
  // p100 has no tail: no number of samples is enough by the formula, and the greatest value needs but one.
  return tail <= 0 ? 1 : Math.round((1_000 / tail) * 1e6) / 1e6;
}
