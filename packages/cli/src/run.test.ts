import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS } from "./commands.ts";
import { fakeSurroundings } from "./fake-surroundings.ts";
import { run } from "./run.ts";

async function f(args: readonly string[], code: number, out: RegExp, err: RegExp): Promise<void> {
  const around = fakeSurroundings();
  assert.equal(await run(args, around), code, args.join(" "));
  assert.match(around.written.out, out);
  assert.match(around.written.err, err);
}

const NOTHING = /^$/;

test("without a command the overview is printed, as a usage error", () => f([], 2, /serve +Start the server/, NOTHING));

test("--help prints the overview", () => f(["--help"], 0, /Usage: nephoscope COMMAND/, NOTHING));

test("an unknown command is a usage error that names the commands", () =>
  f(["toString"], 2, NOTHING, /no command "toString".*serve, demo, outbox, account, .*version, help/));

test("every command explains itself with its options and an example", async () => {
  for (const { name, load } of COMMANDS) {
    const { examples } = await load();
    assert.ok(examples.length > 0, name);
    await f(
      [name, "--help"],
      0,
      new RegExp(`^Usage: nephoscope ${name}.*Options:.*--help.*Examples:\n  # `, "s"),
      NOTHING,
    );
    await f(["help", name], 0, new RegExp(`^Usage: nephoscope ${name}`), NOTHING);
  }
});

test("serve explains every setting with its variable", () =>
  f(["serve", "--help"], 0, /--listen VALUE .*\[NEPHOSCOPE_LISTEN\] \(default: 127\.0\.0\.1:4580\)/, NOTHING));

test("a wrong option is a usage error", async () => {
  await f(["demo", "--nope"], 2, NOTHING, /nephoscope demo: Unknown option '--nope'.*Try: nephoscope demo --help/s);
  await f(["demo", "extra"], 2, NOTHING, /Unexpected argument 'extra'/);
  await f(["serve", "--listen", "here"], 2, NOTHING, /--listen is "here", but must be an address and a port/);
  await f(["help", "nope"], 2, NOTHING, /no command "nope"/);
});

test("the version is for people or for programs", async () => {
  await f(["version"], 0, /^nephoscope \d+\.\d+\.\d+ \(Node\.js \d+/, NOTHING);
  await f(["--version"], 0, /^nephoscope /, NOTHING);
  const around = fakeSurroundings();
  assert.equal(await run(["version", "--json"], around), 0);
  assert.deepEqual(Object.keys(JSON.parse(around.written.out)), ["nephoscope", "node"]);
});
