import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reply } from "./channel.ts";

/** So much of each output is kept while a script runs; the rest is read and dropped. */
const MAX_OUTPUT = 24_000;
/** A script that does not end when told is killed after this. */
const KILL_MS = 5_000;

export interface ScriptRequest {
  readonly commands: readonly string[];
  readonly workingDirectory: string;
  readonly timeoutSeconds: number;
  /** Who it runs as; undefined: who the agent runs as. */
  readonly user: string | undefined;
  readonly signal: AbortSignal;
}

/** Runs commands as one script, in a process group of its own, so that its end ends whatever it started. */
export async function runShellScript(request: ScriptRequest): Promise<Reply> {
  const { commands, workingDirectory, timeoutSeconds, user, signal } = request;
  const folder = await mkdtemp(join(tmpdir(), "nephoscope-command-"));
  try {
    const file = join(folder, "script.sh");
    // Its owner is the agent; another user must be able to read it, and who else is on this machine must not.
    await writeFile(file, `${commands.join("\n")}\n`, { mode: 0o600 });
    const [program, words] = user === undefined ? ["sh", [file]] : ["runuser", ["-u", user, "--", "sh", "-s"]];
    const child = spawn(program, words, {
      // Another user may not enter the agent's folder.
      cwd: workingDirectory !== "" ? workingDirectory : user === undefined ? folder : "/",
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    // Another user can't open the file: the script comes by its standard input.
    child.stdin.on("error", () => {});
    child.stdin.end(user === undefined ? "" : `${commands.join("\n")}\n`);
    const output = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output.out = (output.out + text).slice(0, MAX_OUTPUT);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output.err = (output.err + text).slice(0, MAX_OUTPUT);
    });
    let ending: "TimedOut" | "Cancelled" | undefined;
    const end = (why: "TimedOut" | "Cancelled") => {
      ending ??= why;
      kill(child.pid, "SIGTERM");
      setTimeout(() => kill(child.pid, "SIGKILL"), KILL_MS).unref();
    };
    const timer = setTimeout(() => end("TimedOut"), timeoutSeconds * 1_000);
    const cancel = () => end("Cancelled");
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      const code = await new Promise<number>((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (status) => resolve(status ?? -1));
      });
      const texts = { output: output.out, errorOutput: output.err };
      if (ending === "TimedOut") return { status: "TimedOut", code: -1, ...texts };
      if (ending === "Cancelled") return { status: "Cancelled", code: -1, ...texts };
      const failure = code === 0 ? "" : `${output.err}failed to run commands: exit status ${code}`;
      return code === 0
        ? { status: "Success", code, ...texts }
        : { status: "Failed", code, output: output.out, errorOutput: failure };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }
  } catch (error) {
    return {
      status: "Failed",
      code: -1,
      errorOutput: `the script could not be started: ${error instanceof Error ? error.message : error}`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The whole group. It may be gone already. */
function kill(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
