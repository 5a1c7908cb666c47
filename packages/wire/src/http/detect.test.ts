import assert from "node:assert/strict";
import { test } from "node:test";
import { clientModel } from "../model/models.harness.ts";
import type { Service } from "../service.ts";
import { detect } from "./detect.ts";
import { Directory } from "./directory.ts";

const serviceOf = (name: string): Service => {
  const model = clientModel(name);
  return { model, implemented: new Set(model.operations.keys()), run: () => Promise.reject(new Error("not run")) };
};

const directory = new Directory(["cloudwatch-logs", "cloudwatch", "s3", "lambda", "sqs", "sts", "ec2"].map(serviceOf));

const scoped = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AK/20261120/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

/** `protocol service operation {labels}`, or `none`. */
function told(method: string, url: string, headers: Record<string, string>, inSession?: string): string {
  const detected = detect(directory, { method, url, headers }, new URLSearchParams(url.split("?")[1] ?? ""), inSession);
  if (!detected) return "none";
  const labels = Object.keys(detected.labels).length === 0 ? "" : ` ${JSON.stringify(detected.labels)}`;
  return `${detected.protocol} ${detected.service?.model.name} ${detected.operation}${labels}`;
}

const detected = (
  name: string,
  request: [method: string, url: string, headers?: Record<string, string>, inSession?: string],
  expected: string,
) =>
  test(`detected: ${name}`, () => assert.equal(told(request[0], request[1], request[2] ?? {}, request[3]), expected));

const FORM = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

detected(
  "a target",
  ["POST", "/", { "x-amz-target": "Logs_20140328.PutLogEvents" }],
  "awsJson1_1 cloudwatch-logs PutLogEvents",
);
detected(
  "a target of JSON 1.0",
  [
    "POST",
    "/",
    { "x-amz-target": "GraniteServiceVersion20100801.PutMetricData", "content-type": "application/x-amz-json-1.0" },
  ],
  "awsJson1_0 cloudwatch PutMetricData",
);
detected(
  "a target after a namespace",
  ["POST", "/", { "x-amz-target": "com.amazonaws.logs.Logs_20140328.PutLogEvents" }],
  "awsJson1_1 cloudwatch-logs PutLogEvents",
);
detected("a target of no service", ["POST", "/", { "x-amz-target": "Nope.Op" }], "awsJson1_1 undefined Op");
detected("a target without a dot", ["POST", "/", { "x-amz-target": "Nope" }], "awsJson1_1 undefined Nope");
detected(
  "CBOR by its path",
  ["POST", "/service/GraniteServiceVersion20100801/operation/PutMetricData", { "smithy-protocol": "rpc-v2-cbor" }],
  "rpcv2Cbor cloudwatch PutMetricData",
);
detected(
  "that path without the protocol's header",
  ["POST", "/service/GraniteServiceVersion20100801/operation/PutMetricData"],
  "none",
);
detected("a form by its scope", ["POST", "/", { ...FORM, ...scoped("sts") }], "awsQuery sts undefined");
detected("a form of EC2", ["POST", "/", { ...FORM, ...scoped("ec2") }], "ec2Query ec2 undefined");
detected(
  "a form to a queue's own path",
  ["POST", "/123456789012/queue", { ...FORM, ...scoped("sqs") }],
  "awsQuery sqs undefined",
);
detected("an unsigned form by its version", ["POST", "/?Version=2011-06-15", FORM], "awsQuery sts undefined");
detected(
  "an action in the URL",
  ["GET", "/?Action=GetCallerIdentity&Version=2011-06-15"],
  "awsQuery sts GetCallerIdentity",
);
detected("a form that is no call", ["POST", "/login", FORM], "none");
detected("a page", ["GET", "/"], "none");
detected(
  "a signature for a service that is not there",
  ["GET", "/", scoped("dynamodb")],
  "awsJson1_1 undefined undefined",
);
detected(
  "a presigned URL",
  [
    "GET",
    "/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20261120%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=0",
  ],
  'restXml s3 GetObject {"Key":"key","Bucket":"bucket"}',
);

detected(
  "a payload of S3 that has a form's type",
  ["POST", "/bucket/key?uploads", { ...FORM, ...scoped("s3") }],
  'restXml s3 CreateMultipartUpload {"Key":"key","Bucket":"bucket"}',
);
detected("a form in a session", ["POST", "/", FORM, "sts"], "awsQuery sts undefined");
detected("a form of EC2 in a session", ["POST", "/", FORM, "ec2"], "ec2Query ec2 undefined");
detected("a payload in a session", ["GET", "/bucket", {}, "s3"], 'restXml s3 ListObjects {"Bucket":"bucket"}');
detected("a signature before a session", ["POST", "/", { ...FORM, ...scoped("sts") }, "ec2"], "awsQuery sts undefined");
