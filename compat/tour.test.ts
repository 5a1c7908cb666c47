import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { missingClients } from "./clients/available.ts";
import { awsEnvironment } from "./clients/aws.ts";
import { startNephoscope } from "./server.ts";
import { describeTourFault, isShown, readTour, runTour } from "./tour.ts";

/** What the README tells its reader the server listens on; the tests' server has a port of its own. */
const DOCUMENTED_ADDRESS = "127.0.0.1:4580";

const FIXTURE = `
# A page

\`\`\`sh
exit 1 # not marked
\`\`\`

<!-- tour -->
\`\`\`sh
export NAME="the reader"
cd /
\`\`\`

<!-- tour -->

\`\`\`sh
echo "hello $NAME in $PWD"
\`\`\`

It prints

\`\`\`text
not this one: words stand between
\`\`\`

<!-- tour -->
\`\`\`sh
echo "id c920ec13-6c8b-13ca-813e-22e1609111c8 at 1795217853788"
echo "took 12 ms"
\`\`\`
\`\`\`text
id 00000000-0000-0000-0000-000000000000 at 1795000000000
took … ms
\`\`\`
`;

test("marked blocks are read with what the page shows below them", () => {
  const [first, second, third, ...more] = readTour(FIXTURE);
  assert.deepEqual(more, []);
  assert.equal(first?.commands, 'export NAME="the reader"\ncd /');
  assert.equal(second?.shown, undefined);
  assert.match(third?.shown ?? "", /^id 0.*\ntook … ms$/);
  assert.equal(third?.line, FIXTURE.split("\n").findIndex((line) => line.startsWith('echo "id')) + 1);
});

test("a mark without commands is a fault of the page", () => {
  assert.throws(() => readTour("<!-- tour -->\n```text\nx\n```\n"), /1 blocks are marked as tour, 0 can be read/);
});

test("blocks run in one shell", async () => {
  const results = await runTour(readTour(FIXTURE), import.meta.dirname, process.env);
  assert.equal(results.length, 3);
  assert.equal(results[1]?.stdout, "hello the reader in /\n");
  assert.deepEqual(results.map(describeTourFault), ["", "", ""]);
});

test("the first command that fails ends the tour", async () => {
  const page = "<!-- tour -->\n```sh\nfalse\necho never\n```\n\n<!-- tour -->\n```sh\necho never\n```\n";
  const results = await runTour(readTour(page), import.meta.dirname, process.env);
  assert.equal(results.length, 1);
  assert.match(results.map(describeTourFault).join(), /the block at line 3 failed with 1/);
});

test("printing something else than the page shows is a fault", async () => {
  const page = "<!-- tour -->\n```sh\necho two\n```\n```text\none\n```\n";
  const results = await runTour(readTour(page), import.meta.dirname, process.env);
  assert.match(results.map(describeTourFault).join(), /prints something else.*--- shown\none\n--- printed\ntwo/s);
});

test("what is shown may stand for what is printed", () => {
  const f = (shown: string, printed: string, expected: boolean): void =>
    assert.equal(isShown(shown, printed), expected, `${shown} / ${printed}`);
  f("a\nb", "a  \nb\n\n", true);
  f("a", "a\nb", false);
  f("a…c", "abbbc", true);
  f("a…c", "abbbd", false);
  f("a…a", "a", false);
  f("…b…d", "abcd", true);
  f("…d…b", "abcd", false);
  f("a\n…\nd", "a\nb\nc\nd", true);
  f("a\n…", "a", true);
  f("…\nd", "a\nb", false);
  f("2026-11-20 23:31:05.123 x", "2027-01-01 00:00:00.000 x", true);
  f("2026-11-20T23:31:05Z", "2027-01-01T00:00:00+00:00", true);
  f(`"eventId": "${"1".repeat(56)}"`, `"eventId": "${"2".repeat(56)}"`, true);
  f('"timestamp": 1795217853788', '"timestamp": 1795000000000', true);
  f('"count": 12', '"count": 13', false);
});

const ROOT = join(import.meta.dirname, "..");
/** Pages whose commands are played, each against a server of its own. */
const PAGES = ["README.md", "docs/access.md"];

/** The tour loads a day of sample data; on a busy machine that takes a minute. */
const TOUR_WITHIN_MS = 5 * 60_000;

for (const page of PAGES) {
  const skip = existsSync(join(ROOT, page)) ? (missingClients().get("aws") ?? false) : `there is no ${page}`;
  test(`the tour of ${page} does what it says`, { skip, timeout: TOUR_WITHIN_MS }, (t) => playPage(page, t.signal));
}

async function playPage(page: string, signal: AbortSignal): Promise<void> {
  const server = await startNephoscope();
  try {
    const address = new URL(server.endpoint).host;
    const blocks = readTour(readFileSync(join(ROOT, page), "utf8").replaceAll(DOCUMENTED_ADDRESS, address));
    assert.ok(blocks.length > 0, `${page} marks no block as <!-- tour -->`);
    const environment = {
      ...awsEnvironment({
        endpoint: server.endpoint,
        region: "us-east-1",
        keyId: server.keyId,
        secret: server.secret,
        sessionToken: undefined,
      }),
      AWS_ENDPOINT_URL: server.endpoint,
    };
    const results = await runTour(blocks, ROOT, environment, signal);
    const faults = results.map(describeTourFault).filter((fault) => fault !== "");
    if (faults.length > 0) assert.fail(faults.join("\n\n"));
    assert.equal(results.length, blocks.length);
  } finally {
    await server.close();
  }
}
