import assert from "node:assert/strict";
import { test } from "node:test";
import { clientModel } from "../model/models.harness.ts";
import { restRoutes } from "./route.ts";

/** Finds the operation of a service with all its operations, as `operation {labels}`. */
function router(name: string) {
  const routes = restRoutes(clientModel(name));
  return (method: string, url: string, expected: string, headers: Record<string, string> = {}) =>
    test(`${name} ${method} ${url}`, () => {
      const [path = "", search = ""] = url.split("?");
      const found = routes.match(method, path, new URLSearchParams(search), headers);
      assert.equal(found ? `${found.operation} ${JSON.stringify(found.labels)}` : "none", expected);
    });
}

const s3 = router("s3");
s3("GET", "/", "ListBuckets {}");
s3("GET", "/b", 'ListObjects {"Bucket":"b"}');
s3("GET", "/b?list-type=2&prefix=x", 'ListObjectsV2 {"Bucket":"b"}');
s3("HEAD", "/b", 'HeadBucket {"Bucket":"b"}');
s3("PUT", "/b/k/with/slashes%20and+more", 'PutObject {"Key":"k/with/slashes and+more","Bucket":"b"}');
s3("PUT", "/b/k?partNumber=1&uploadId=u", 'UploadPart {"Key":"k","Bucket":"b"}');
s3("PUT", "/b/k", 'CopyObject {"Key":"k","Bucket":"b"}', { "x-amz-copy-source": "b/other" });
s3("PUT", "/b/k?partNumber=1&uploadId=u", 'UploadPartCopy {"Key":"k","Bucket":"b"}', {
  "x-amz-copy-source": "b/other",
});
s3("GET", "/b?versioning", 'GetBucketVersioning {"Bucket":"b"}');
s3("POST", "/b?delete", 'DeleteObjects {"Bucket":"b"}');
s3("GET", "/k", 'GetObject {"Key":"k","Bucket":"b"}', { host: "b.s3.example.com" });
s3("PATCH", "/b/k", "none");

const lambda = router("lambda");
lambda("GET", "/2015-03-31/functions", "ListFunctions {}");
lambda("GET", "/2015-03-31/functions/f%3A1", 'GetFunction {"FunctionName":"f:1"}');
lambda("POST", "/2015-03-31/functions/f/invocations", 'Invoke {"FunctionName":"f"}');
