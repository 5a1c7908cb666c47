import assert from "node:assert/strict";
import { test } from "node:test";
import { type OptionValues, UsageError } from "../command.ts";
import { readConnection, readPlace } from "./connection.ts";

const place = (options: OptionValues, env: Readonly<Record<string, string>>, endpoint: string, region: string) =>
  test(`${JSON.stringify(options)} with ${JSON.stringify(env)}`, () =>
    assert.deepEqual(readPlace(options, env), { endpoint, region }));
place({}, {}, "http://127.0.0.1:4580", "us-east-1");
place({}, { NEPHOSCOPE_LISTEN: "127.0.0.1:9" }, "http://127.0.0.1:9", "us-east-1");
place({}, { NEPHOSCOPE_LISTEN: "127.0.0.1:9", AWS_ENDPOINT_URL: "https://a" }, "https://a", "us-east-1");
place({ endpoint: "http://b/" }, { AWS_ENDPOINT_URL: "https://a" }, "http://b", "us-east-1");
place({}, { AWS_DEFAULT_REGION: "eu-west-1", AWS_REGION: "" }, "http://127.0.0.1:4580", "eu-west-1");
place({ region: "c" }, { AWS_REGION: "eu-west-1" }, "http://127.0.0.1:4580", "c");

test("an endpoint that is no URL is refused by name", () => {
  for (const endpoint of ["127.0.0.1:4580", "ftp://a", "http://", "http://a b"]) {
    assert.throws(() => readPlace({ endpoint }, {}), UsageError, endpoint);
  }
});

test("a connection is a place and a credential", () => {
  const env = { AWS_ACCESS_KEY_ID: "ID", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-1" };
  assert.deepEqual(readConnection({ endpoint: "http://a:1" }, env), {
    endpoint: "http://a:1",
    region: "eu-west-1",
    credential: { accessKeyId: "ID", secret: "secret" },
    origin: "set here already",
  });
});
