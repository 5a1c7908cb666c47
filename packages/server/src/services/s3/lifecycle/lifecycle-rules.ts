/** One rule of a bucket's lifecycle (S3 user guide, "Lifecycle configuration elements"). Days are whole days. */
export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly filter: LifecycleFilter;
  readonly expiration?:
    | { readonly days: number }
    | { readonly date: number }
    /** Delete markers that hide nothing any more. */
    | { readonly emptyMarkers: true }
    | undefined;
  readonly noncurrent?: { readonly days: number; readonly keep: number } | undefined;
  /** Days after which an upload in parts that was not completed is removed. */
  readonly abortAfterDays?: number | undefined;
  /** Whether the prefix came in the old place of the document, and is told there. */
  readonly bare: boolean;
}

export interface LifecycleFilter {
  readonly prefix: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly greaterThan?: number | undefined;
  readonly lessThan?: number | undefined;
}

export interface Expiring {
  readonly key: string;
  readonly size: number;
  readonly tags: Readonly<Record<string, string>>;
}

const DAY_MS = 86_400_000;

export const matches = (filter: LifecycleFilter, { key, size, tags }: Expiring): boolean =>
  key.startsWith(filter.prefix) &&
  (filter.greaterThan === undefined || size > filter.greaterThan) &&
  (filter.lessThan === undefined || size < filter.lessThan) &&
  Object.entries(filter.tags).every(([name, value]) => Object.hasOwn(tags, name) && tags[name] === value);

/** When something is so many days old: S3 rounds to the next midnight (UTC). */
export const dueAt = (since: number, days: number): number => Math.ceil((since + days * DAY_MS) / DAY_MS) * DAY_MS;

/** Whether the current version of an object expires by any rule. */
export const currentExpires = (rules: readonly LifecycleRule[], object: Expiring & { modified: number }, now: number) =>
  rules.some(({ enabled, filter, expiration }) => {
    if (!enabled || expiration === undefined || "emptyMarkers" in expiration || !matches(filter, object)) return false;
    return "days" in expiration ? dueAt(object.modified, expiration.days) <= now : expiration.date <= now;
  });

/** Whether a version that is current no more expires. `since`: when it stopped to be; `newer`: how many such versions are newer. */
export const noncurrentExpires = (
  rules: readonly LifecycleRule[],
  object: Expiring,
  since: number,
  newer: number,
  now: number,
): boolean =>
  rules.some(
    ({ enabled, filter, noncurrent }) =>
      enabled &&
      noncurrent !== undefined &&
      newer >= noncurrent.keep &&
      matches(filter, object) &&
      dueAt(since, noncurrent.days) <= now,
  );

/** Whether a delete marker that hides nothing any more goes. A rule with days takes it along when it is so old. */
export const markerExpires = (rules: readonly LifecycleRule[], key: string, modified: number, now: number): boolean =>
  rules.some(({ enabled, filter, expiration }) => {
    if (!enabled || expiration === undefined || !key.startsWith(filter.prefix)) return false;
    if ("emptyMarkers" in expiration) return true;
    return "days" in expiration && dueAt(modified, expiration.days) <= now;
  });

export const uploadExpires = (rules: readonly LifecycleRule[], key: string, started: number, now: number): boolean =>
  rules.some(
    ({ enabled, filter, abortAfterDays }) =>
      enabled && abortAfterDays !== undefined && key.startsWith(filter.prefix) && dueAt(started, abortAfterDays) <= now,
  );
