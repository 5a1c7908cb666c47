import assert from "node:assert/strict";
import { test } from "node:test";
import { inventoryColumns, inventoryTitle } from "./inventory-columns.ts";

test("columns are the attributes that any entry has, the name first", () => {
  assert.deepEqual(
    inventoryColumns([
      { Version: "1", Name: "bash", Publisher: "" },
      { Name: "curl", Release: "2", Publisher: "" },
    ]),
    ["Name", "Version", "Release"],
  );
  assert.deepEqual(inventoryColumns([]), []);
});

test("types are told in words", () => {
  assert.equal(inventoryTitle("Custom:ListeningPorts"), "Listening ports");
  assert.equal(inventoryTitle("AWS:Application"), "Application");
});
