import assert from "node:assert/strict";
import { test } from "node:test";
import { modelOfShapes } from "../model/models.harness.ts";
import { redact } from "./redact.ts";

const model = modelOfShapes({
  In: {
    kind: "structure",
    members: {
      name: { shape: "S" },
      password: { shape: "S", sensitive: true },
      list: { shape: "L" },
      map: { shape: "M" },
    },
  },
  L: { kind: "list", member: { shape: "In" } },
  M: { kind: "map", key: { shape: "S" }, value: { shape: "S", sensitive: true } },
  S: { kind: "string" },
});

test("sensitive members are replaced wherever they are, and the input stays as it was", () => {
  const input = { name: "n", password: "p", list: [{ password: "q" }], map: { k: "secret" } };
  const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
  assert.deepEqual(JSON.parse(JSON.stringify(redact(model, "Op", input))), {
    name: "n",
    password: hidden,
    list: [{ password: hidden }],
    map: { k: hidden },
  });
  assert.equal(input.password, "p");
});

test("of an operation that the model does not know nothing is kept", () => {
  assert.deepEqual(redact(model, "Other", { password: "p" }), {});
});
