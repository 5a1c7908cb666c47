/** A time of an answer, which is in seconds since 1970, in milliseconds. */
export const msOf = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.round(seconds * 1_000);
