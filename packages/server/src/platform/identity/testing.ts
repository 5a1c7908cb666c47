import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { virtualClock } from "../clock/virtual-clock.ts";
import { startJobs } from "../jobs/jobs.ts";
import { openSecretBox } from "../secrets/secret-box.ts";
import { openSqliteState } from "../state/sqlite-state.ts";
import { ensureFirstAccount } from "./first-account.ts";
import { type Identity, openIdentity } from "./identity.ts";
import type { KeyPair } from "./key-ids.ts";

/** For tests: identity on a state store of its own, with a clock that stands until it is moved. */
export function openTestIdentity(t: TestContext, startAt = Date.UTC(2026, 10, 21)) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-identity-"));
  const clock = virtualClock(startAt);
  const box = openSecretBox(join(folder, "root.key"));
  const jobs = startJobs(clock, () => {});
  let state = openSqliteState(join(folder, "state.db"), clock.now);
  let identity: Identity = openIdentity({ state, box, jobs, clock });
  t.after(async () => {
    await jobs.close();
    state.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    clock,
    box,
    jobs,
    state: () => state,
    identity: () => identity,
    /** As after a restart. */
    reopen() {
      state.close();
      state = openSqliteState(join(folder, "state.db"), clock.now);
      identity = openIdentity({ state, box, jobs, clock });
    },
    firstAccount: (preset?: KeyPair, accountId = "123456789012") =>
      ensureFirstAccount({
        state,
        directory: identity.directory,
        box,
        now: clock.now(),
        accountId,
        preset,
        keep: () => {},
      }),
  };
}
