import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { alarmRef } from "../alarm.ts";
import { HISTORY_KIND, type HistoryItem } from "../history/history-item.ts";
import { SCOPE } from "./alarm-life.ts";
import { ALARMS, isHigh, livedTo, MINUTE, openCrashLife, START, toldFile } from "./crash-life.ts";
import { compositeAlarm, metricAlarm } from "./test-alarms.ts";

/** Kills by default; NEPHOSCOPE_LONG_TESTS=1 plays many. */
const KILLS = process.env.NEPHOSCOPE_LONG_TESTS === "1" ? 40 : 3;

const names = Array.from({ length: ALARMS }, (_, index) => `a${index}`);

test(`after ${KILLS} times kill -9 in a storm every alarm has its state and nothing that it told is lost`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-alarm-crash-"));
  let child: ChildProcess | undefined;
  t.after(() => {
    child?.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  const first = await openCrashLife(folder);
  await first.state.commit({
    cause: { action: "test" },
    changes: [
      ...names.map(
        (name) => ({ put: alarmRef(SCOPE, name), document: metricAlarm(name, START), expect: "absent" }) as const,
      ),
      {
        put: alarmRef(SCOPE, "c"),
        document: compositeAlarm("c", "AT_LEAST(30%, ALARM, (a0, a1, a2, a3, a4, a5, a6, a7, a8, a9))", START),
        expect: "absent",
      },
    ],
  });
  await first.settler.settled();
  first.close();

  for (let kill = 0; kill < KILLS; kill++) {
    const script = fileURLToPath(new URL("./crash-child.ts", import.meta.url));
    child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout ?? child, "data");
    const from = livedTo(folder);
    // Somewhere within a minute's storm, after at least one whole minute.
    while (livedTo(folder) <= from) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 17 * (kill + 1)));
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  const last = await openCrashLife(folder);
  t.after(() => last.close());
  await last.minute();
  await last.minute();
  const minute = livedTo(folder);
  assert.ok(minute > KILLS, `lived ${minute} minutes`);
  for (const name of names) {
    const newest = Math.round(((last.book.get(SCOPE, name)?.condition.evaluatedTo ?? 0) - START) / MINUTE);
    assert.ok(newest <= minute);
    assert.equal(last.book.get(SCOPE, name)?.condition.value, isHigh(name, minute - 2) ? "ALARM" : "OK", name);
  }
  const inAlarm = names.slice(0, 10).filter((name) => isHigh(name, minute - 2)).length;
  assert.equal(last.book.get(SCOPE, "c")?.condition.value, inAlarm >= 3 ? "ALARM" : "OK");

  const told = new Set(readFileSync(toldFile(folder), "utf8").trim().split("\n"));
  const changes = new Set<string>();
  for (const name of [...names, "c"]) {
    const items = last.state
      .list<HistoryItem>({ kind: HISTORY_KIND, ...SCOPE, prefix: `${name}\u0001` })
      .filter(({ document }) => document.itemType === "StateUpdate");
    let before = name === "c" ? "INSUFFICIENT_DATA" : "OK";
    for (const { document } of items) {
      const [, from, to] = /^Alarm updated from (\w+) to (\w+)$/.exec(document.summary) ?? [];
      assert.equal(from, before, `${name}: ${document.summary}`);
      before = to ?? "";
      changes.add(`${name} ${to} ${new Date(document.at).toISOString().slice(0, -1)}+0000`);
    }
  }
  assert.deepEqual(
    [...changes].filter((change) => !told.has(change)),
    [],
    "changes that nobody was told of",
  );
  assert.deepEqual(
    [...told].filter((one) => !changes.has(one)),
    [],
    "told of a change that was none",
  );
  assert.ok(changes.size > ALARMS);
});
