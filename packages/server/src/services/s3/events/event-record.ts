import type { Bucket } from "../buckets/bucket.ts";
import type { StoredObject } from "../store/stored-object.ts";
import type { EventName, NotificationRule } from "./notification-rules.ts";

/** Who made it happen. A job of the server has no address. */
export interface EventCause {
  readonly principalId: string;
  readonly sourceIp: string | undefined;
  readonly requestId: string;
}

export interface Happened {
  readonly event: EventName;
  readonly bucketName: string;
  readonly bucket: Bucket;
  readonly object: Pick<StoredObject, "key" | "size" | "etag" | "version">;
  readonly cause: EventCause;
  readonly at: number;
  /** Rises with each event: of two of the same key the later one's is greater. */
  readonly number: number;
}

/** What a target gets (S3 user guide, "Event message structure"). */
export function eventMessage(
  rule: NotificationRule,
  { event, bucketName, bucket, object, cause, at, number }: Happened,
) {
  const removed = event.startsWith("ObjectRemoved") || event.startsWith("LifecycleExpiration");
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: bucket.region,
        eventTime: new Date(at).toISOString(),
        eventName: event,
        userIdentity: { principalId: cause.principalId },
        requestParameters: { sourceIPAddress: cause.sourceIp ?? "s3.amazonaws.com" },
        responseElements: { "x-amz-request-id": cause.requestId },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: rule.id,
          bucket: {
            name: bucketName,
            ownerIdentity: { principalId: bucket.account },
            arn: `arn:aws:s3:::${bucketName}`,
          },
          object: {
            key: encodeURIComponent(object.key).replaceAll("%20", "+").replaceAll("%2F", "/"),
            ...(!removed && { size: object.size, eTag: object.etag }),
            ...(bucket.versioning !== "Off" && { versionId: object.version }),
            sequencer: number.toString(16).toUpperCase().padStart(16, "0"),
          },
        },
      },
    ],
  };
}

/** What a target gets when a rule for it is made. */
export const testMessage = (bucketName: string, requestId: string, at: number) => ({
  Service: "Amazon S3",
  Event: "s3:TestEvent",
  Time: new Date(at).toISOString(),
  Bucket: bucketName,
  RequestId: requestId,
});
