import assert from "node:assert/strict";
import { test } from "node:test";
import { clientModel } from "../model/models.harness.ts";
import type { Protocol, ServiceModel } from "../model/shape.ts";
import { callError } from "../service.ts";
import { treeFromCbor } from "./cbor.ts";
import { WireFailure } from "./failure.ts";
import { failureAnswer } from "./failures.ts";

const context = { requestId: "r-1", contentType: "application/x-amz-json-1.0" };
const write = (model: ServiceModel | undefined, protocol: Protocol, failure: WireFailure) => {
  const answer = failureAnswer(protocol, failure, model, context);
  const body = answer.body instanceof Uint8Array ? Buffer.from(answer.body) : Buffer.alloc(0);
  return {
    status: answer.status,
    headers: answer.headers,
    body: protocol === "rpcv2Cbor" ? JSON.stringify(treeFromCbor(body)) : body.toString("utf8"),
  };
};

const cloudwatch = clientModel("cloudwatch");
const sqs = clientModel("sqs");
const sns = clientModel("sns");
const s3 = clientModel("s3");
const lambda = clientModel("lambda");
const ec2 = clientModel("ec2");

test("a service that once spoke query gives the old code in a header", () => {
  assert.deepEqual(write(sqs, "awsJson1_0", callError(sqs, "QueueDoesNotExist", "no queue")), {
    status: 400,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-errortype": "QueueDoesNotExist",
      "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender",
    },
    body: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no queue"}',
  });
});

test("a common error has its old code in that header too", () => {
  const { headers } = write(cloudwatch, "rpcv2Cbor", callError(cloudwatch, "AccessDeniedException", "no"));
  assert.equal(headers["x-amzn-query-error"], "AccessDenied;Sender");
});

test("the same error has its old code over query", () => {
  assert.deepEqual(write(sqs, "awsQuery", callError(sqs, "QueueDoesNotExist", "no <queue>")), {
    status: 400,
    headers: { "content-type": "text/xml" },
    body: '<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>no &lt;queue&gt;</Message></Error><RequestId>r-1</RequestId></ErrorResponse>',
  });
});

test("SNS's code differs from its exception's name", () => {
  assert.match(
    write(sns, "awsQuery", callError(sns, "InvalidParameterException", "bad")).body,
    /<Code>InvalidParameter<\/Code>/,
  );
});

test("CBOR carries the error in CBOR, under its qualified name", () => {
  const answer = write(
    cloudwatch,
    "rpcv2Cbor",
    callError(cloudwatch, "ResourceNotFoundException", "no", { ResourceType: "alarm" }),
  );
  assert.equal(answer.headers["smithy-protocol"], "rpc-v2-cbor");
  assert.equal(answer.headers["content-type"], "application/cbor");
  assert.deepEqual(JSON.parse(answer.body), {
    __type: "com.amazonaws.cloudwatch#ResourceNotFoundException",
    ResourceType: "alarm",
    Message: "no",
  });
});

test("Lambda's message has a capital, as its model has it", () => {
  const answer = write(
    lambda,
    "restJson1",
    callError(lambda, "ResourceNotFoundException", "Function not found", { Type: "User" }),
  );
  assert.equal(answer.status, 404);
  assert.equal(answer.headers["x-amzn-errortype"], "ResourceNotFoundException");
  assert.deepEqual(JSON.parse(answer.body), { Type: "User", Message: "Function not found" });
});

test("S3 answers a missing key with 404", () => {
  assert.deepEqual(write(s3, "restXml", callError(s3, "NoSuchKey", "The specified key does not exist.")), {
    status: 404,
    headers: { "content-type": "application/xml" },
    body: '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><RequestId>r-1</RequestId></Error>',
  });
});

test("other services that speak XML have their errors in an envelope", () => {
  const control = { ...s3, name: "s3-control" };
  assert.equal(
    write(control, "restXml", callError(control, "AccessDeniedException", "x")).body,
    '<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>x</Message></Error><RequestId>r-1</RequestId></ErrorResponse>',
  );
});

test("EC2 has an envelope of its own", () => {
  assert.equal(
    write(ec2, "ec2Query", new WireFailure("InvalidInstanceID.NotFound", "x")).body,
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>x</Message></Error></Errors><RequestID>r-1</RequestID></Response>',
  );
});

const common = (
  model: ServiceModel,
  protocol: Protocol,
  name: "AccessDeniedException" | "ThrottlingException",
  status: number,
  code: string,
) =>
  test(`${name} over ${protocol} is ${code}, ${status}`, () => {
    const answer = write(model, protocol, callError(model, name, "x"));
    assert.equal(answer.status, status);
    assert.match(answer.body, new RegExp(`[">]${code}["<]`));
  });
common(cloudwatch, "awsJson1_0", "AccessDeniedException", 400, "com.amazonaws.cloudwatch#AccessDeniedException");
common(sns, "awsQuery", "AccessDeniedException", 403, "AccessDenied");
common(ec2, "ec2Query", "AccessDeniedException", 403, "UnauthorizedOperation");
common(s3, "restXml", "AccessDeniedException", 403, "AccessDenied");
common(sns, "awsQuery", "ThrottlingException", 400, "Throttling");
common(s3, "restXml", "ThrottlingException", 503, "SlowDown");
