import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CommandJournal } from "./command-journal.ts";

const ID = "01234567-89ab-7cde-8f01-23456789abcd";

async function folder(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "nephoscope-journal-"));
  t.after(() => rm(made, { recursive: true }));
  return join(made, "commands");
}

test("a command begins once, whatever became of it", async (t) => {
  const place = await folder(t);
  const journal = new CommandJournal(place);
  assert.equal(await journal.begin(ID), true);
  assert.equal(await journal.begin(ID), false);
  await journal.end(ID, { status: "Success", code: 0 });
  assert.equal(await new CommandJournal(place).begin(ID), false, "also after a restart");
  await journal.told(ID);
  assert.equal(await new CommandJournal(place).begin(ID), false);
});

test("an end is told until the server has heard it", async (t) => {
  const place = await folder(t);
  const journal = new CommandJournal(place);
  await journal.begin(ID);
  assert.deepEqual(await journal.untold(), []);
  await journal.end(ID, { status: "Failed", code: 7, errorOutput: "no" });
  const expected = [{ id: ID, reply: { status: "Failed", code: 7, errorOutput: "no" } }];
  assert.deepEqual(await new CommandJournal(place).untold(), expected);
  await journal.told(ID);
  assert.deepEqual(await journal.untold(), []);
});

test("what ran when the agent died is known at its next start", async (t) => {
  const place = await folder(t);
  await new CommandJournal(place).begin(ID);
  const journal = new CommandJournal(place);
  assert.deepEqual(await journal.interrupted(), [ID]);
  await journal.end(ID, { status: "Failed", code: -1 });
  assert.deepEqual(await journal.interrupted(), []);
});

test("what is older than the server's memory is forgotten", async (t) => {
  const journal = new CommandJournal(await folder(t));
  await journal.begin(ID);
  await journal.end(ID, { status: "Success" });
  await journal.told(ID);
  await journal.clean(Date.now() + 30 * 86_400_000);
  assert.equal(await journal.begin(ID), false);
  await journal.clean(Date.now() + 32 * 86_400_000);
  assert.equal(await journal.begin(ID), true);
});
