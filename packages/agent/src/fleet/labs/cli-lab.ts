import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { readSettings, startServer } from "@nephoscope/server";
import { type Clock, systemClock } from "../../../../server/src/platform/clock/clock.ts";
import { type Mailbox, openMailbox } from "./mail.ts";

const run = promisify(execFile);
const KEY = { id: "AKIALABSLABSLABSLABS", secret: "the-secret-of-the-labs-000000000000000000" };

export interface Lab {
  /** Calls the AWS CLI; what it prints as JSON is returned. */
  aws(...words: string[]): Promise<Answer>;
  readonly mailbox: Mailbox;
  now(): number;
  /** Puts the server's clock forward. The client's stays, so that more than a quarter of an hour makes signatures expire. */
  leap(ms: number): void;
}

/** Why the AWS CLI can't play; undefined when it is there. */
export function whyNoCli(): string | undefined {
  try {
    execFileSync("aws", ["--version"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "the AWS CLI is missing: pip install awscli";
  }
}

/** JSON of the CLI, looked into by a path such as `Subscriptions.0.SubscriptionArn`. */
export interface Answer {
  at(path: string): unknown;
}

/** A whole server as a walkthrough needs it, and the AWS CLI that speaks to it. */
export async function openLab(t: TestContext): Promise<Lab> {
  const mailbox = await openMailbox(t);
  const data = mkdtempSync(join(tmpdir(), "nephoscope-lab-"));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  let ahead = 0;
  const real = systemClock();
  const clock: Clock = { now: () => real.now() + ahead, after: real.after };
  const server = await startServer(
    readSettings({
      flags: {
        data,
        listen: "127.0.0.1:0",
        "admin-key-id": KEY.id,
        "admin-secret": KEY.secret,
        "smtp-url": mailbox.url,
        "mail-from": "alarms@example.org",
      },
    }),
    {
      clock,
      log: (level, message, fields) => level === "error" && t.diagnostic(`${message} ${JSON.stringify(fields)}`),
    },
  );
  t.after(() => server.close());
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: KEY.id,
    AWS_SECRET_ACCESS_KEY: KEY.secret,
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_PAGER: "",
  };
  return {
    async aws(...words) {
      const { stdout } = await run("aws", [...words, "--output", "json"], { env, timeout: 60_000 });
      const answer: unknown = stdout.trim() === "" ? {} : JSON.parse(stdout);
      return { at: (path) => path.split(".").reduce(memberOf, answer) };
    },
    mailbox,
    now: clock.now,
    leap(ms) {
      ahead += ms;
      assert.ok(ahead < 15 * 60_000, "the client's signatures would have expired");
    },
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
