import { type Cause, VersionConflict } from "../../../platform/state/state.ts";
import { refusal } from "../failures.ts";
import type { S3Call, S3Deps } from "../operation.ts";
import { type Bucket, findBucket } from "./bucket.ts";

export const causeOf = (call: S3Call): Cause => ({
  action: `s3:${call.operation}`,
  requestId: call.requestId,
  principalArn: call.principal.arn,
});

/** Changes the bucket's document. Calls that race for one bucket are told to try again, as S3 tells them. */
export async function changeBucket(
  deps: S3Deps,
  call: S3Call,
  input: { readonly Bucket: string; readonly ExpectedBucketOwner?: string | undefined },
  change: (bucket: Bucket) => Bucket,
): Promise<void> {
  const { ref, version, document } = findBucket(deps, input);
  try {
    await deps.state.commit({
      cause: causeOf(call),
      changes: [{ put: ref, document: change(document), expect: version }],
    });
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error;
    throw refusal(
      "OperationAborted",
      "A conflicting conditional operation is currently in progress against this resource. Please try again.",
    );
  }
}
