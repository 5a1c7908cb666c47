/** Plays many scenarios with many clients at once. */

import { randomBytes } from "node:crypto";
import { openAws } from "./clients/aws.ts";
import type { Client, ClientName, Target } from "./clients/client.ts";
import { openJs } from "./clients/js.ts";
import { openPython } from "./clients/python.ts";
import { type Played, play, type Setting } from "./play.ts";
import type { Scenario } from "./scenario.ts";

export interface Options {
  readonly target: Target;
  readonly clients: readonly ClientName[];
  readonly account: string;
  readonly patience: number;
  readonly settleMs: number;
  readonly keep: boolean;
}

/** One scenario played, or left out, by one client. */
export type Result = { readonly file: string; readonly client: ClientName } & (
  | ({ readonly kind: "played" } & Played)
  | { readonly kind: "left out"; readonly reason: string }
);

/** How many scenarios a client plays at a time: many wait on polls, but two cores serve everything. */
const LANES: Readonly<Record<ClientName, number>> = { cli: 2, boto3: 4, js: 4, aws: 2 };

const OPEN: Readonly<Record<ClientName, (target: Target) => Client>> = {
  cli: (target) => openPython("cli", target),
  boto3: (target) => openPython("boto3", target),
  js: openJs,
  aws: openAws,
};

/** Why `client` does not play `scenario`, or undefined. */
function leftOut(scenario: Scenario, client: ClientName, target: Target): string | undefined {
  if (scenario.certainty === "ours" && target.endpoint === undefined) return "a deliberate difference from AWS";
  return scenario.without.get(client);
}

async function playAll(client: ClientName, scenarios: readonly Scenario[], options: Options): Promise<Result[]> {
  const setting: Setting = {
    account: options.account,
    region: options.target.region,
    unique: () => randomBytes(5).toString("hex"),
    patience: options.patience,
    settleMs: options.settleMs,
    keep: options.keep,
  };
  const results: Result[] = [];
  const queue = scenarios.filter(({ smoke }) => smoke || client !== "aws").values();
  // The CLI's code prints to its process's own output, so it can do one call at a time: a process for each lane.
  const shared = client === "cli" ? undefined : OPEN[client](options.target);
  const lane = async (): Promise<void> => {
    const driver = shared ?? OPEN[client](options.target);
    try {
      for (const scenario of queue) {
        const { file } = scenario;
        const reason = leftOut(scenario, client, options.target);
        if (reason !== undefined) results.push({ file, client, kind: "left out", reason });
        else results.push({ file, client, kind: "played", ...(await play(scenario, driver, setting)) });
      }
    } finally {
      if (shared === undefined) await driver.close();
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES[client] }, lane));
  } finally {
    await shared?.close();
  }
  return results;
}

/** Plays every scenario with every client; results in the order of the files, then of the clients. */
export async function run(scenarios: readonly Scenario[], options: Options): Promise<Result[]> {
  const results = (await Promise.all(options.clients.map((name) => playAll(name, scenarios, options)))).flat();
  const order = (result: Result): number => options.clients.indexOf(result.client);
  return results.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : order(a) - order(b)));
}
