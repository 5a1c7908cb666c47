import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { migrate, startEngine } from "@nephoscope/engine";
import { dropOldCalls } from "./call-retention.ts";

test("a month of calls goes when its last day is older than 90 days", async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "nephoscope-calls-"));
  const engine = await startEngine({ dataDir, database: "nephoscope", log: () => {} });
  t.after(async () => {
    await engine.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  await migrate({ client: engine.client, database: "nephoscope" });
  const days = ["2026-06-30", "2026-07-31", "2026-08-01", "2026-11-20"];
  await engine.client.command({
    sql: `INSERT INTO calls (event_time, event_name) VALUES ${days.map((day) => `('${day} 23:59:59.999', '${day}')`).join()}`,
  });
  const kept = async () => {
    const rows = await engine.client.rows<[string]>({ sql: "SELECT event_name FROM calls ORDER BY event_time" });
    return rows.map(([day]) => day);
  };
  // 90 days before the 29th of October is the 31st of July.
  await dropOldCalls(engine, Date.parse("2026-10-29T12:00:00Z"));
  assert.deepEqual(await kept(), days.slice(1));
  await dropOldCalls(engine, Date.parse("2026-10-30T00:00:00Z"));
  assert.deepEqual(await kept(), days.slice(2));
});
