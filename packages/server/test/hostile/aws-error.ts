import assert from "node:assert/strict";
import type { Exchange, RawAnswer } from "./raw-http.ts";

export interface AwsError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Reads an answer as an error of the JSON protocol, and fails when it has not the shape of one. */
export function awsError(answer: RawAnswer | undefined): AwsError {
  assert.ok(answer !== undefined, "there is no answer");
  assert.ok(answer.status >= 400, `the answer is no error: ${answer.status} ${answer.body.toString().slice(0, 500)}`);
  assert.match(answer.headers.get("x-amzn-requestid") ?? "", /^[0-9a-f-]{36}$/, "the answer has no request id");
  assert.match(answer.headers.get("content-type") ?? "", /^application\/x-amz-json-1\.[01]$/);
  const body = JSON.parse(answer.body.toString("utf8")) as Record<string, unknown>;
  const code = body.__type;
  const message = body.message ?? body.Message;
  assert.ok(typeof code === "string" && /^([\w.]+#)?[A-Z]\w+$/.test(code), `no error code in ${JSON.stringify(body)}`);
  assert.ok(typeof message === "string" && message !== "", `no message in ${JSON.stringify(body)}`);
  return { status: answer.status, code, message };
}

/** The first answer of an exchange is this error. */
export function assertRefused(result: Exchange | RawAnswer, status: number, code: string | RegExp): void {
  const error = awsError("answers" in result ? result.answers[0] : result);
  const shown = `${error.status} ${error.code}: ${error.message}`;
  assert.equal(error.status, status, shown);
  if (typeof code === "string") assert.equal(error.code, code, shown);
  else assert.match(error.code, code, shown);
}
