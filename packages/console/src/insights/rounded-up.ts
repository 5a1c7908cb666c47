/** The end of an axis of counts: the next number above that people read easily, and at least 1. */
export function roundedUp(most: number): number {
  if (most <= 2) return Math.max(1, Math.ceil(most));
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= most) ?? 10;
  return step * power;
}
