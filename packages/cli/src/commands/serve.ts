import { builtConsole } from "@nephoscope/console/build";
import {
  type NephoscopeServer,
  readSettings,
  SettingError,
  type Settings,
  settingsTable,
  startServer,
} from "@nephoscope/server";
import { type Command, type OptionLine, text, UsageError } from "../command.ts";
import { shellExports } from "../shell-exports.ts";
import { untilStopped } from "../stop-signal.ts";
import { startFailure } from "./start-failure.ts";

export const serve: Command = {
  about:
    "Starts the server on this machine and runs until SIGINT or SIGTERM. The first start makes the administrator's key,\n" +
    "prints it once, and keeps it in the data directory, readable by its owner alone.",
  options: {
    ...Object.fromEntries(
      settingsTable.map((line): [string, OptionLine] => [
        line.flag,
        { type: "string", value: "VALUE", meaning: `${line.meaning} [${line.env}]`, default: line.default },
      ]),
    ),
    config: { type: "string", value: "FILE", meaning: "JSON file with settings by name [NEPHOSCOPE_CONFIG]" },
    json: { type: "boolean", meaning: "Print one line of JSON when ready, instead of text" },
  },
  examples: [
    { call: "nephoscope serve", meaning: "Serve on 127.0.0.1:4580, keep data in ~/.nephoscope" },
    {
      call: "nephoscope serve --data /var/lib/nephoscope --listen 0.0.0.0:4580",
      meaning: "Serve the network from a directory of your choice",
    },
    {
      call: "NEPHOSCOPE_LISTEN=127.0.0.1:0 nephoscope serve --json",
      meaning: "For programs: any free port, reported as JSON",
    },
  ],
  async run(options, _args, { terminal, env, signal }) {
    const flags = Object.fromEntries(Object.keys(serve.options).map((name) => [name, text(options, name)]));
    const { server, region } = await start(
      flags,
      env,
      consoleFiles((text) => terminal.err(`nephoscope: ${text}\n`)),
    );
    // Since the process began: what a user waits for includes the loading of the program.
    const readyMs = Math.round(performance.now());
    terminal.out(
      options.json === true
        ? `${JSON.stringify(summary(server, region, readyMs))}\n`
        : greeting(server, region, readyMs),
    );
    await untilStopped(signal);
    terminal.err(`nephoscope: ${signal.reason} received, stopping; once more to stop at once\n`);
    await server.close();
    return 0;
  },
};

type Values = Readonly<Record<string, string | undefined>>;

/** The console's build; without one the server does all else, so that its failing is told and no more. */
async function consoleFiles(say: (text: string) => void): Promise<string | undefined> {
  try {
    return await builtConsole(say);
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n  The server runs without the console.`);
    return undefined;
  }
}

async function start(
  flags: Values,
  env: Values,
  console: Promise<string | undefined>,
): Promise<{ server: NephoscopeServer; region: string }> {
  const settings = settingsOf(flags, env);
  try {
    return { server: await startServer(settings, { consoleFiles: console }), region: settings.region };
  } catch (error) {
    throw startFailure(error, settings);
  }
}

function settingsOf(flags: Values, env: Values): Settings {
  try {
    return readSettings({ flags, env });
  } catch (error) {
    throw error instanceof SettingError ? new UsageError(error.message) : error;
  }
}

function summary(server: NephoscopeServer, region: string, readyMs: number): Record<string, unknown> {
  const { endpoint, firstKey, signInLink } = server;
  return { endpoint, console: `${endpoint}/`, region, readyMs, firstKey, signInLink };
}

function greeting({ endpoint, firstKey, signInLink }: NephoscopeServer, region: string, readyMs: number): string {
  const lines = [`Endpoint  ${endpoint}`, `Console   ${endpoint}/`];
  if (firstKey !== undefined) {
    lines.push(
      "",
      "The administrator's key, shown this once. To use it with AWS clients in a shell, paste:",
      "",
      ...shellExports(firstKey, { endpoint, region }),
      "",
    );
  }
  if (signInLink !== undefined) {
    lines.push(
      "To sign in to the console, open this link on this machine (once, within 15 minutes):",
      "",
      signInLink,
      "",
    );
  }
  lines.push(`ready in ${readyMs} ms`, "");
  return lines.join("\n");
}
