import assert from "node:assert/strict";
import { test } from "node:test";
import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import type * as S3 from "@aws-sdk/client-s3";
import { loadModel } from "./model/load.ts";
import { type ErrorName, type InputOf, service } from "./service.ts";

/**
 * The compiler is what is tested here: each `@ts-expect-error` fails the type check when the line below it compiles. The
 * running test only proves that right handlers are taken.
 */
const logs = service<typeof Logs, { now: number }>(loadModel("cloudwatch-logs"));

test("handlers that fit the SDK's types are taken", () => {
  const made = logs(
    {
      async PutLogEvents(input, call, { now }) {
        const first: number = input.logEvents[0]?.timestamp ?? now;
        if (first < 0) throw call.error("DataAlreadyAcceptedException", "Twice.", { expectedSequenceToken: "1" });
        if (first > now) throw call.error("ThrottlingException", "Rate exceeded");
        return { nextSequenceToken: String(first) };
      },
      async DeleteLogGroup() {
        return {};
      },
    },
    { now: 1 },
  );
  assert.deepEqual([...made.implemented].sort(), ["DeleteLogGroup", "PutLogEvents"]);
});

test("a service that must be complete names what is missing", () => {
  assert.throws(
    () => service<typeof Logs>(loadModel("cloudwatch-logs"), { requireAll: true })({}, {}),
    /has no handler for .*PutLogEvents/,
  );
});

test("an operation that is not in the snapshot is refused at start-up", () => {
  const handlers = { CreateLogAnomalyDetector: async () => ({}) };
  assert.throws(
    () => logs(handlers, { now: 1 }),
    /lacks CreateLogAnomalyDetector: add the names to implemented\/cloudwatch-logs\.ts/,
  );
});

/** Never run. */
export function doesNotCompile(): void {
  logs(
    {
      // @ts-expect-error an operation that the service does not have
      async PutLogEventz() {
        return {};
      },
    },
    { now: 1 },
  );
  logs(
    {
      async PutLogEvents(input) {
        // @ts-expect-error a member that the input does not have
        return { nextSequenceToken: input.logGroup };
      },
    },
    { now: 1 },
  );
  logs(
    {
      // @ts-expect-error an output of the wrong type
      async PutLogEvents() {
        return { nextSequenceToken: 5 };
      },
    },
    { now: 1 },
  );
  logs(
    {
      async PutLogEvents(_input, call) {
        // @ts-expect-error an error that the service does not have
        throw call.error("NoSuchThing", "x");
      },
    },
    { now: 1 },
  );
  logs(
    {
      async PutLogEvents(_input, call) {
        // @ts-expect-error a member that the error does not have
        throw call.error("DataAlreadyAcceptedException", "x", { bogus: 1 });
      },
    },
    { now: 1 },
  );
  // @ts-expect-error dependencies of another type
  logs({}, { now: "1" });
}

/** Required members are simply there, and a streaming body is one. */
export const inputs = (
  put: InputOf<typeof Logs, "PutLogEvents">,
  object: InputOf<typeof S3, "PutObject">,
): readonly unknown[] => [put.logGroupName.length, object.Bucket.length, object.Body?.readableLength];

export const names: readonly ErrorName<typeof Logs>[] = ["ResourceNotFoundException", "InvalidParameterException"];
