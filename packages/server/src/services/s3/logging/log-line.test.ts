import assert from "node:assert/strict";
import { test } from "node:test";
import { loggedOperation, logLine } from "./log-line.ts";

test("a line has S3's fields in S3's order", () => {
  const line = logLine({
    owner: "79a5",
    bucket: "b",
    at: Date.parse("2019-02-06T00:00:38Z"),
    remoteIp: "192.0.2.3",
    requester: "arn:aws:iam::123456789012:user/u",
    requestId: "3E57",
    operation: "REST.GET.OBJECT",
    key: "a b/ü",
    status: 200,
    errorCode: undefined,
    bytesSent: 113,
    objectSize: 113,
    totalMs: 7,
    userAgent: 'S3 "Console"\n',
    version: undefined,
  });
  assert.equal(
    line,
    '79a5 b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 arn:aws:iam::123456789012:user/u 3E57 REST.GET.OBJECT a%2520b/%25C3%25BC - 200 - 113 113 7 - - "S3 %22Console%22%0A" - - SigV4 - AuthHeader - - - -',
  );
});

const f = (operation: string, expected: string) =>
  test(`${operation} is logged as ${expected}`, () => assert.equal(loggedOperation(operation), expected));
f("GetObject", "REST.GET.OBJECT");
f("HeadObject", "REST.HEAD.OBJECT");
f("PutObject", "REST.PUT.OBJECT");
f("DeleteObjects", "REST.POST.MULTI_OBJECT_DELETE");
f("ListObjectsV2", "REST.GET.BUCKET");
f("ListObjectVersions", "REST.GET.BUCKETVERSIONS");
f("PutBucketAcl", "REST.PUT.ACL");
f("GetBucketPolicy", "REST.GET.BUCKETPOLICY");
f("PutObjectTagging", "REST.PUT.OBJECT_TAGGING");
f("HeadBucket", "REST.HEAD.BUCKET");
