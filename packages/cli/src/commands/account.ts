import { makeRootUserKey, RootUserKeyError } from "@nephoscope/server/root-user-key";
import { listAccounts, makeAccount } from "../account/new-account.ts";
import { type Command, CommandError, type OptionValues, type Surroundings, text, UsageError } from "../command.ts";
import { CONNECTION_OPTIONS, readConnection } from "../connection/connection.ts";
import { dataDirectory } from "../connection/data-directory.ts";
import { signedCalls } from "../connection/signed-calls.ts";
import { plainText } from "../plain-text.ts";
import { shellExports } from "../shell-exports.ts";

export const account: Command = {
  about:
    "Accounts of an installation. `create NAME` makes one, with an administrator whose key is printed this once; `list` shows\n" +
    "them; both need a key of an administrator of the first account. `root-key ID` makes a key of an account's root user\n" +
    "without asking the server, for when no other key is left: it needs the data directory, and the server takes the key\n" +
    "at its next start.",
  argument: "create NAME | list | root-key ID",
  options: {
    email: { type: "string", value: "ADDRESS", meaning: "create: of the account; no two have the same" },
    ...CONNECTION_OPTIONS,
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
    if (action === "list") await list(options, around);
    else if (action === "create" && name !== undefined) await create(name, options, around);
    else if (action === "root-key" && name !== undefined) await rootKey(name, options, around);
    else throw new UsageError(`there is no "account ${action}": it takes create NAME, list, or root-key ID`);
    return 0;
  },
};

function open(options: OptionValues, { env, now, signal }: Surroundings) {
  const connection = readConnection(options, env);
  return { ...connection, calls: signedCalls({ ...connection, now, signal }) };
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
          ...shellExports({ accessKeyId, secretAccessKey }, { endpoint, region }),
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
      : accounts.map(({ id, name, email }) => `${id}  ${plainText(name)}  ${plainText(email)}\n`).join(""),
  );
}

async function rootKey(id: string, options: OptionValues, { env, now, terminal }: Surroundings): Promise<void> {
  const data = dataDirectory(options, env);
  const pair = await makeRootUserKey({ data, account: id, rootKey: env.NEPHOSCOPE_ROOT_KEY, now }).catch(
    (error: unknown) => {
      throw error instanceof RootUserKeyError ? new CommandError(error.message) : error;
    },
  );
  terminal.out(
    options.json === true
      ? `${JSON.stringify({ account: id, ...pair })}\n`
      : [
          `A key of the root user of ${id}, in place of those it had, shown this once:`,
          "",
          ...shellExports(pair),
          "",
          "A server that is running takes it at its next start. Make a user with what you need, and delete this key.",
          "",
        ].join("\n"),
  );
}
