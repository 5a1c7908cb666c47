import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { WireFailure } from "@nephoscope/wire";
import type { Buckets } from "../../../platform/buckets/buckets.ts";
import type { ServiceCalls } from "../../../platform/service-calls/service-calls.ts";
import { logGroupArn, type Scope } from "../groups/log-group.ts";

/** Why a bucket takes no export, for whoever makes the task. */
export class BucketRefused extends Error {
  override readonly name = "BucketRefused";
}

/** For which group the export is, so that a bucket's policy can ask for it. */
export interface ExportSource extends Scope {
  readonly logGroupName: string;
  /** Tells the task from all others. */
  readonly taskId: string;
}

/** The buckets that exports are written to: their policies decide, as they do for every other writer. */
export interface ExportBuckets {
  /**
   * Looks whether exports may be written under the prefix, and leaves the object `aws-logs-write-test` there, as CloudWatch Logs
   * does. Resolves with the name of the service that the policy lets in. Rejects with BucketRefused.
   */
  check(source: ExportSource, bucket: string, prefix: string): Promise<string>;
  /** Resolves when the object is durable. Rejects with S3's own refusals (`WireFailure`). */
  put(
    source: ExportSource,
    writer: string,
    bucket: string,
    key: string,
    body: Buffer,
    contentType: string,
  ): Promise<void>;
}

export function exportBuckets(calls: ServiceCalls, buckets: Buckets): ExportBuckets {
  const originOf = ({ account, region, logGroupName, taskId }: ExportSource, by: string, what: string) => ({
    account,
    region,
    by,
    // As the user guide has it in the bucket policy of an export ("Export log data to Amazon S3", step 3).
    sourceArn: `${logGroupArn({ account, region }, logGroupName)}:*`,
    id: createHash("sha256").update(`${taskId} ${what}`).digest("hex"),
  });

  const put: ExportBuckets["put"] = async (source, writer, bucket, key, body, contentType) => {
    await calls.run(originOf(source, writer, `put ${key}`), "s3", "PutObject", {
      Bucket: bucket,
      Key: key,
      Body: Readable.from([body]),
      ContentLength: body.length,
      ContentType: contentType,
    });
  };

  const mayReadAcl = async (source: ExportSource, writer: string, bucket: string): Promise<boolean> => {
    try {
      await calls.run(originOf(source, writer, "acl"), "s3", "GetBucketAcl", { Bucket: bucket });
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  };

  return {
    put,
    async check(source, bucket, prefix) {
      const region = buckets.regionOf(bucket);
      if (region === undefined)
        throw new BucketRefused("The given bucket does not exist. Please make sure the bucket is valid.");
      if (region !== source.region)
        throw new BucketRefused(
          `The given bucket is in ${region}. Log data can be exported to buckets of the log group's Region, ${source.region}, only.`,
        );
      const writers = writersOf(source.region);
      for (const writer of writers) {
        if (!(await mayReadAcl(source, writer, bucket))) continue;
        try {
          await put(source, writer, bucket, `${prefix}/${WRITE_TEST}`, WRITE_TEST_BODY, "text/plain");
          return writer;
        } catch (error) {
          if (!isRefusal(error)) throw error;
          throw new BucketRefused(`${refused("PutObject", writer)} ${error.message}`);
        }
      }
      throw new BucketRefused(refused("GetBucketAcl", writers.join(" or ")));
    },
  };
}

const WRITE_TEST = "aws-logs-write-test";
const WRITE_TEST_BODY = Buffer.from("Permission Check Successful");

/** The user guide's policies name the service of one Region; others name it for all. */
const writersOf = (region: string) => [`logs.${region}.amazonaws.com`, "logs.amazonaws.com"];

const refused = (action: string, writer: string) =>
  `${action} call on the given bucket failed. Please check if CloudWatch Logs has been granted permission to perform this operation: the bucket's policy must allow s3:${action} for the service ${writer}.`;

/** What trying again does not change. */
export function isRefusal(error: unknown): error is WireFailure {
  return error instanceof WireFailure && error.status < 500 && !/Throttl|SlowDown/.test(error.code);
}
