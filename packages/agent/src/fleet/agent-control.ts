import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { agentPaths } from "../daemon/settings.ts";
import { listConfigurations, storedName } from "../daemon/stored-configurations.ts";

/** Starts and configures the agent's collection on this machine, as its control command does. */
export interface AgentControl {
  /** Takes a configuration: alone, beside what is there, or away from it. With `restart` it counts at once. */
  configure(
    how: "fetch" | "append" | "remove",
    configuration: { name: string; text: string },
    restart: boolean,
  ): Promise<ControlResult>;
  /** Takes away every configuration that there is. With `restart` the agent stops. */
  removeAll(restart: boolean): Promise<ControlResult>;
  run(action: "start" | "stop" | "status"): Promise<ControlResult>;
  /** Makes the user that configurations of the wizard run the agent as, where it is missing and this process may. */
  makeUser(): Promise<ControlResult>;
  /** The configuration that was given under this name, as it is stored; undefined when it is not there any more. */
  stored(name: string): string | undefined;
}

export interface ControlResult {
  readonly code: number;
  readonly output: string;
  readonly errorOutput: string;
}

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT = 1_048_576;
const CONTROL = fileURLToPath(new URL("../../bin/amazon-cloudwatch-agent-ctl.mjs", import.meta.url));

/** The control command of this installation, called as people call it. `home` is where the agent keeps its things. */
export function controlCommand(home: string, mode: "ec2" | "onPremise" | "auto", program = CONTROL): AgentControl {
  const call = (words: readonly string[]) =>
    new Promise<ControlResult>((resolve) => {
      execFile(
        process.execPath,
        [program, ...words, "--home", home],
        { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT },
        (error, output, errorOutput) => {
          const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
          resolve({
            code,
            output,
            errorOutput: code === -1 && errorOutput === "" ? (error?.message ?? "") : errorOutput,
          });
        },
      );
    });
  const fileOf = (name: string) => `${name.replace(/[^A-Za-z0-9_.-]/g, "_")}.json`;
  return {
    stored(name) {
      const kept = storedName(`file:${fileOf(name)}`);
      return listConfigurations(agentPaths(home).configurations).find((one) => one.name === kept)?.text;
    },
    run: (action) => call(["-a", action, "-m", mode]),
    makeUser,
    removeAll: (restart) => call(["-a", "remove-config", "-m", mode, "-c", "all", ...(restart ? ["-s"] : [])]),
    async configure(how, { name, text }, restart) {
      const folder = await mkdtemp(join(tmpdir(), "nephoscope-config-"));
      try {
        // The file's name is what the configuration is known by when it is to be taken away.
        const file = join(folder, fileOf(name));
        await writeFile(file, text, { mode: 0o600 });
        return await call(["-a", `${how}-config`, "-m", mode, ...(restart ? ["-s"] : []), "-c", `file:${file}`]);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

const USER = "cwagent";

/** As the original's package does when it is installed: a user without a home that nobody can sign in as. */
async function makeUser(): Promise<ControlResult> {
  const end = (program: string, words: readonly string[]) =>
    new Promise<ControlResult>((resolve) => {
      execFile(program, words, { timeout: TIMEOUT_MS }, (error, output, errorOutput) =>
        resolve({ code: error === null ? 0 : 1, output, errorOutput: errorOutput || (error?.message ?? "") }),
      );
    });
  const known = await end("id", ["-u", USER]);
  if (known.code === 0) return { code: 0, output: "", errorOutput: "" };
  if (process.getuid?.() !== 0)
    return { code: 1, output: "", errorOutput: `There is no user ${USER}, and only root can make it.` };
  return end("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", USER]);
}
