/** Whom a bucket tells of what happens to its objects. */
export interface NotificationRule {
  readonly id: string;
  /** A topic, a queue or a function. */
  readonly arn: string;
  /** Such as `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

/** What happens to objects here, without `s3:` (S3 user guide, "Supported event types"). */
export type EventName =
  | "ObjectCreated:Put"
  | "ObjectCreated:Copy"
  | "ObjectCreated:CompleteMultipartUpload"
  | "ObjectRemoved:Delete"
  | "ObjectRemoved:DeleteMarkerCreated"
  | "ObjectTagging:Put"
  | "ObjectTagging:Delete"
  | "ObjectAcl:Put"
  | "LifecycleExpiration:Delete"
  | "LifecycleExpiration:DeleteMarkerCreated";

/** Names that rules may have: S3 has further events, of what does not happen here. */
export const EVENT_PATTERNS: ReadonlySet<string> = new Set(
  [
    "ObjectCreated:*",
    "ObjectCreated:Put",
    "ObjectCreated:Post",
    "ObjectCreated:Copy",
    "ObjectCreated:CompleteMultipartUpload",
    "ObjectRemoved:*",
    "ObjectRemoved:Delete",
    "ObjectRemoved:DeleteMarkerCreated",
    "ObjectTagging:*",
    "ObjectTagging:Put",
    "ObjectTagging:Delete",
    "ObjectAcl:Put",
    "LifecycleExpiration:*",
    "LifecycleExpiration:Delete",
    "LifecycleExpiration:DeleteMarkerCreated",
  ].map((name) => `s3:${name}`),
);

const covers = (pattern: string, name: string): boolean =>
  pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;

/** The rules that want to hear of an event. */
export const rulesFor = (
  rules: readonly NotificationRule[] | undefined,
  event: EventName,
  key: string,
): readonly NotificationRule[] =>
  rules?.filter(
    ({ events, prefix, suffix }) =>
      events.some((pattern) => covers(pattern, `s3:${event}`)) && key.startsWith(prefix) && key.endsWith(suffix),
  ) ?? [];

/** Whether two rules could hear of the same event, which S3 forbids. */
export const overlaps = (one: NotificationRule, other: NotificationRule): boolean =>
  one.events.some((a) => other.events.some((b) => covers(a, b) || covers(b, a))) &&
  (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)) &&
  (one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix));
