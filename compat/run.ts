/** `node compat/run.ts`: plays the scenarios against an endpoint and prints what differs. README.md says more. */

import { parseArgs } from "node:util";
import { missingClients } from "./clients/available.ts";
import { CLIENT_NAMES } from "./clients/client.ts";
import { asJson, asText, count } from "./report.ts";
import { run } from "./runner.ts";
import { loadScenarios } from "./scenario.ts";

const HELP = `node compat/run.ts [options]
  --endpoint URL     where the calls go; http://127.0.0.1:4580 by default
  --aws              to AWS itself, in place of --endpoint
  --client NAMES     of ${CLIENT_NAMES.join(", ")}; all by default
  --only TEXTS       scenarios whose file name contains one of these, separated by commas
  --region NAME      us-east-1 by default, or AWS_REGION
  --account ID       the account the answers name; 123456789012 by default
  --patience N       wait N times as long for reads that may lag
  --settle SECONDS   wait before each query, for an endpoint that indexes events late
  --keep             leave the log groups that the scenarios made
  --json             print the results as JSON
Credentials: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, if there is one, AWS_SESSION_TOKEN.`;

function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`set ${name}: the calls are signed with it`);
  return value;
}

const { values } = parseArgs({
  options: {
    endpoint: { type: "string", default: "http://127.0.0.1:4580" },
    aws: { type: "boolean", default: false },
    client: { type: "string", default: CLIENT_NAMES.join(",") },
    only: { type: "string", default: "" },
    region: { type: "string", default: process.env.AWS_REGION ?? "us-east-1" },
    account: { type: "string", default: "123456789012" },
    patience: { type: "string", default: "1" },
    settle: { type: "string", default: "0" },
    keep: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** Says once that nothing listens, in place of every scenario saying it. */
async function checkEndpoint(endpoint: string): Promise<void> {
  try {
    await fetch(endpoint, { signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    throw new Error(`nothing answers at ${endpoint}: start the server, or name another with --endpoint`, {
      cause: error,
    });
  }
}

async function main(): Promise<void> {
  if (values.help) {
    console.log(HELP);
    return;
  }
  const clients = values.client.split(",").map((name) => {
    const known = CLIENT_NAMES.find((client) => client === name);
    if (known === undefined) throw new Error(`"${name}" is not a client: ${CLIENT_NAMES.join(", ")}`);
    return known;
  });
  const missing = missingClients();
  for (const client of clients) {
    const reason = missing.get(client);
    if (reason !== undefined) throw new Error(`${client} is ${reason}; choose others with --client`);
  }
  const wanted = values.only.split(",");
  const scenarios = loadScenarios().filter(({ file }) => wanted.some((text) => file.includes(text)));
  if (scenarios.length === 0) throw new Error(`no scenario's name contains ${values.only}`);
  if (!values.aws) await checkEndpoint(values.endpoint);
  const results = await run(scenarios, {
    target: {
      endpoint: values.aws ? undefined : values.endpoint,
      region: values.region,
      keyId: environment("AWS_ACCESS_KEY_ID"),
      secret: environment("AWS_SECRET_ACCESS_KEY"),
      sessionToken: process.env.AWS_SESSION_TOKEN,
    },
    clients,
    account: values.account,
    patience: Number(values.patience),
    settleMs: Number(values.settle) * 1000,
    keep: values.keep,
  });
  console.log(values.json ? asJson(results) : asText(scenarios, results, clients));
  process.exitCode = count(results).failed === 0 ? 0 : 1;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? `compat: ${error.message}` : error);
  process.exitCode = 2;
}
