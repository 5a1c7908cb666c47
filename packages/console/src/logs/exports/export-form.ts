import { type Span, spanOf, type TimeRange } from "../../time-range/time-range.ts";

/** What the dialog of an export holds, as it is typed. */
export interface ExportForm {
  readonly range: TimeRange;
  readonly streamPrefix: string;
  readonly bucket: string;
  readonly prefix: string;
}

/** API reference, CreateExportTask: where nothing is said, objects go there. */
export const DEFAULT_PREFIX = "exportedlogs";

export type Faults = Readonly<Partial<Record<keyof ExportForm, string>>>;

/** What is wrong with each part, as far as it can be told before the server is asked. */
export function faultsOf({ bucket, streamPrefix, range }: ExportForm, now: number): Faults {
  const faults: Partial<Record<keyof ExportForm, string>> = {};
  const { startMs, endMs } = spanOf(range, now);
  if (endMs < startMs) faults.range = "The range ends before it begins.";
  if (bucket.trim() === "") faults.bucket = "The export needs a bucket.";
  else if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket.trim())) {
    faults.bucket = "A bucket's name has 3 to 63 lower case letters, digits, dots and dashes.";
  }
  if (/[:*]/.test(streamPrefix)) faults.streamPrefix = "Names of streams have no : and no *.";
  return faults;
}

/** CreateExportTask's input. */
export function createExport(logGroupName: string, form: ExportForm, now: number) {
  const { startMs, endMs }: Span = spanOf(form.range, now);
  const [streamPrefix, prefix] = [form.streamPrefix.trim(), form.prefix.trim()];
  return {
    logGroupName,
    from: startMs,
    to: endMs,
    destination: form.bucket.trim(),
    ...(streamPrefix !== "" && { logStreamNamePrefix: streamPrefix }),
    ...(prefix !== "" && { destinationPrefix: prefix }),
  };
}

/** The policy that lets the service write into a bucket, and for nobody's sake but this account's (user guide, "Exporting log data to Amazon S3"). */
export function bucketPolicy(bucket: string, region: string, account: string): string {
  const Principal = { Service: `logs.${region}.amazonaws.com` };
  const Condition = { StringEquals: { "aws:SourceAccount": account } };
  const arn = `arn:aws:s3:::${bucket}`;
  return JSON.stringify(
    {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal, Action: "s3:GetBucketAcl", Resource: arn, Condition },
        { Effect: "Allow", Principal, Action: "s3:PutObject", Resource: `${arn}/*`, Condition },
      ],
    },
    undefined,
    2,
  );
}
