import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModel } from "../model/load.ts";
import type { Service } from "../service.ts";
import { Directory } from "./directory.ts";

const serviceOf = (name: "s3" | "sts", as: string = name): Service => ({
  model: { ...loadModel(name), name: as },
  implemented: new Set(),
  run: () => Promise.reject(new Error("not run")),
});

test("two services of one signing name are refused at start-up", () => {
  assert.throws(() => new Directory([serviceOf("sts"), serviceOf("sts", "other")]), /Two services are signed as sts/);
});

test("a namesake gets the requests that are told to be for it, and the service of the name all others", () => {
  const directory = new Directory([serviceOf("s3", "s3-control"), serviceOf("s3")]);
  const found = (url: string, headers: Record<string, string>) =>
    directory.bySigningName("s3", { method: "GET", url, headers })?.model.name;
  const account = { "x-amz-account-id": "123456789012" };
  assert.equal(found("/v20180820/configuration/publicAccessBlock", account), "s3-control");
  assert.equal(found("/v20180820/key", {}), "s3");
  assert.equal(found("/bucket/key", account), "s3");
});
