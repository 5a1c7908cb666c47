import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { makeRootUserKey, RootUserKeyError } from "@nephoscope/server/root-user-key";
import { listAccounts, makeAccount } from "../account/new-account.ts";
import { AnsweredError, signedCalls } from "../account/signed-calls.ts";
import { type Command, CommandError, type OptionValues, type Surroundings, text, UsageError } from "../command.ts";
import { findCredential } from "../demo/credential.ts";

const DEFAULT_LISTEN = "127.0.0.1:4580";

export const account: Command = {
  about:
    "Accounts of an installation. `create NAME` makes one, with an administrator whose key is printed this once; `list` shows\n" +
    "them; both need a key of an administrator of the first account. `root-key ID` makes a key of an account's root user\n" +
    "without asking the server, for when no other key is left: it needs the data directory, and the server takes the key\n" +
    "at its next start.",
  argument: "create NAME | list | root-key ID",
  options: {
    email: { type: "string", value: "ADDRESS", meaning: "create: of the account; no two have the same" },
    endpoint: {
      type: "string",
      value: "URL",
      meaning: "The server [AWS_ENDPOINT_URL, NEPHOSCOPE_LISTEN]",
      default: `http://${DEFAULT_LISTEN}`,
    },
    region: { type: "string", value: "NAME", meaning: "Region [AWS_REGION]", default: "us-east-1" },
    "access-key-id": {
      type: "string",
      value: "ID",
      meaning: "Credential [AWS_ACCESS_KEY_ID], or the server's own key on its machine",
    },
    "secret-access-key": {
      type: "string",
      value: "SECRET",
      meaning: "Its secret; better given as AWS_SECRET_ACCESS_KEY",
    },
    data: {
      type: "string",
      value: "DIR",
      meaning: "Data directory of a server on this machine [NEPHOSCOPE_DATA]",
      default: "~/.nephoscope",
    },
    json: { type: "boolean", meaning: "Print JSON" },
  },
  examples: [
    { call: "nephoscope account create staging", meaning: "A second account, apart from the first in everything" },
    { call: "nephoscope account list", meaning: "All accounts" },
    { call: "nephoscope account root-key 123456789012", meaning: "A way back in, on the server's machine" },
  ],
  async run(options, args, around) {
    const [action, name, ...more] = args;
    const takes = action === "list" ? 0 : 1;
    if (more.length > 0 || (name === undefined ? 0 : 1) !== takes) {
      throw new UsageError("it takes create NAME, list, or root-key ID");
    }
    try {
      if (action === "list") await list(options, around);
      else if (action === "create" && name !== undefined) await create(name, options, around);
      else if (action === "root-key" && name !== undefined) await rootKey(name, options, around);
      else throw new UsageError(`there is no "account ${action}": it takes create NAME, list, or root-key ID`);
    } catch (error) {
      if (error instanceof AnsweredError) throw new CommandError(`the server answered ${error.code}: ${error.message}`);
      if (error instanceof RootUserKeyError) throw new CommandError(error.message);
      throw error;
    }
    return 0;
  },
};

function open(options: OptionValues, { env, now, signal }: Surroundings) {
  const endpoint =
    text(options, "endpoint") ?? (env.AWS_ENDPOINT_URL || `http://${env.NEPHOSCOPE_LISTEN || DEFAULT_LISTEN}`);
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    throw new UsageError(`the endpoint is a URL such as http://${DEFAULT_LISTEN}, not "${endpoint}"`);
  }
  const region = text(options, "region") ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? "us-east-1";
  const { credential } = findCredential({
    accessKeyId: text(options, "access-key-id"),
    secretAccessKey: text(options, "secret-access-key"),
    env,
    data: text(options, "data"),
  });
  return { endpoint, region, credential, calls: signedCalls({ endpoint, region, now, signal }) };
}

async function create(name: string, options: OptionValues, around: Surroundings): Promise<void> {
  const { endpoint, region, credential, calls } = open(options, around);
  const email =
    text(options, "email") ?? `root+${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}@localhost.localdomain`;
  const { id, accessKeyId, secretAccessKey } = await makeAccount(calls, credential, name, email);
  around.terminal.out(
    options.json === true
      ? `${JSON.stringify({ account: id, accessKeyId, secretAccessKey })}\n`
      : [
          `Account ${id} (${name})`,
          "",
          "Its administrator's key, shown this once. To use it with AWS clients in a shell, paste:",
          "",
          ...exports(accessKeyId, secretAccessKey),
          `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
          `export AWS_ENDPOINT_URL=${endpoint}`,
          "",
          "",
        ].join("\n"),
  );
}

async function list(options: OptionValues, around: Surroundings): Promise<void> {
  const { credential, calls } = open(options, around);
  const accounts = await listAccounts(calls, credential);
  around.terminal.out(
    options.json === true
      ? `${JSON.stringify(accounts, undefined, 2)}\n`
      : accounts.map(({ id, name, email }) => `${id}  ${plain(name)}  ${plain(email)}\n`).join(""),
  );
}

async function rootKey(id: string, options: OptionValues, { env, now, terminal }: Surroundings): Promise<void> {
  const given = text(options, "data") ?? (env.NEPHOSCOPE_DATA || join(homedir(), ".nephoscope"));
  const data = resolve(given.replace(/^~(?=\/|$)/, homedir()));
  const pair = await makeRootUserKey({ data, account: id, rootKey: env.NEPHOSCOPE_ROOT_KEY, now });
  terminal.out(
    options.json === true
      ? `${JSON.stringify({ account: id, ...pair })}\n`
      : [
          `A key of the root user of ${id}, in place of those it had, shown this once:`,
          "",
          ...exports(pair.accessKeyId, pair.secretAccessKey),
          "",
          "A server that is running takes it at its next start. Make a user with what you need, and delete this key.",
          "",
        ].join("\n"),
  );
}

const exports = (accessKeyId: string, secretAccessKey: string): readonly string[] => [
  `export AWS_ACCESS_KEY_ID=${accessKeyId}`,
  `export AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
];

/** What users wrote must not move the cursor or colour the terminal. */
const plain = (value: string): string => value.replace(/\p{Cc}+/gu, " ");
