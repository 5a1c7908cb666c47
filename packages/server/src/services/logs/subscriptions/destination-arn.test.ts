import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDestinationArn } from "./destination-arn.ts";

const f = (arn: string, expected: string | undefined) =>
  test(`${arn} is ${expected ?? "no destination"}`, () => {
    const found = parseDestinationArn(arn);
    assert.equal(found && `${found.kind} ${found.name}`, expected);
  });
f("arn:aws:lambda:eu-west-1:111122223333:function:f", "function f");
f("arn:aws:lambda:eu-west-1:111122223333:function:f:live", "function f");
f("arn:aws:lambda:eu-west-1:111122223333:function:f:$LATEST", "function f");
f("arn:aws:sqs:eu-west-1:111122223333:q", "queue q");
f("arn:aws:sqs:eu-west-1:111122223333:q.fifo", "queue q.fifo");
f("arn:aws:es:eu-west-1:111122223333:domain/search", "open-search search");
f("arn:aws:logs:eu-west-1:111122223333:destination:d", "logical d");
f("arn:aws:kinesis:eu-west-1:111122223333:stream/s", "kinesis s");
f("arn:aws:firehose:eu-west-1:111122223333:deliverystream/d", "firehose d");
f("arn:aws:s3:::bucket", undefined);
f("arn:aws:sns:eu-west-1:111122223333:t", undefined);
f("arn:aws:sqs:eu-west-1:1:q", undefined);
f("arn:aws:es:eu-west-1:111122223333:domain/../x", undefined);
f("", undefined);
