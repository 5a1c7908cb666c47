import { execFile } from "node:child_process";
import { glob, stat } from "node:fs/promises";
import type { AgentControl } from "./agent-control.ts";
import { record } from "./channel.ts";
import { maySend, type Permissions } from "./permissions.ts";

/** A database as the server tells of it. */
interface AssignedDatabase {
  readonly name: string;
  readonly engine: string;
  readonly logs: readonly {
    readonly type: string;
    readonly path: string;
    readonly group: string;
    readonly stream: string;
  }[];
  /** The server waits for this to be reported as done. */
  readonly work: string | undefined;
  readonly restart: boolean;
}

const MAX_FILES = 200;
const RESTART_MS = 120_000;
/** Name of the configuration that the agent gets beside its owner's. */
const CONFIGURATION = "nephoscope-databases";

/**
 * Sends the log files of databases: as a configuration of its own for the agent's collection, beside the owner's. Reports what is done,
 * which files there are, and what the owner does not allow.
 */
export class DatabaseLogs {
  readonly #control: AgentControl;
  readonly #permissions: () => Permissions;
  #assigned = false;
  #unfinished = false;
  #working: Promise<void> = Promise.resolve();
  readonly #done = new Map<string, string>();
  #databases: readonly AssignedDatabase[] = [];

  constructor(control: AgentControl, permissions: () => Permissions) {
    this.#control = control;
    this.#permissions = permissions;
  }

  /** Takes what the server assigned: `undefined` for no databases. Resolves when it is in force. */
  assign(assignment: unknown): Promise<void> {
    return this.#oneByOne(async () => {
      const { databases } = record(assignment);
      this.#databases = (Array.isArray(databases) ? databases : []).flatMap(readDatabase);
      this.#assigned = true;
      await this.#apply();
      for (const { name, work, restart } of this.#databases) {
        if (work === undefined || this.#done.get(name) === work) continue;
        if (restart) await this.#restart(name);
        this.#done.set(name, work);
      }
    });
  }

  /**
   * Puts the configuration in force again where somebody gave the agent another one instead of all that were there, or where the owner
   * allows other folders now.
   */
  keep(): Promise<void> {
    return this.#oneByOne(async () => {
      if (this.#assigned) await this.#apply();
    });
  }

  #oneByOne(work: () => Promise<void>): Promise<void> {
    const working = this.#working.then(work);
    this.#working = working.catch(() => {});
    return working;
  }

  async #apply(): Promise<void> {
    const text = this.#configuration();
    if (!this.#unfinished && text === this.#control.stored(CONFIGURATION)) return;
    // One that is stored and not yet in force, because the agent could not be started, is not done.
    this.#unfinished = true;
    await this.#configure(text);
    this.#unfinished = false;
  }

  /** What the server is told; undefined when there are no databases. */
  async report(): Promise<object | undefined> {
    if (this.#databases.length === 0) return undefined;
    return {
      databases: await Promise.all(
        this.#databases.map(async ({ name, logs }) => ({
          name,
          done: this.#done.get(name),
          files: await filesOf(logs.filter(({ path }) => maySend(this.#permissions(), path))),
          faults: Object.fromEntries(
            logs.flatMap(({ type, path }) =>
              maySend(this.#permissions(), path)
                ? []
                : [
                    [
                      type,
                      `The owner of the machine does not let files of this folder be sent: ${path} ("databaseLogFolders").`,
                    ],
                  ],
            ),
          ),
        })),
      ),
    };
  }

  /** In the form of the Amazon CloudWatch agent's configuration; undefined when nothing is to be sent. */
  #configuration(): string | undefined {
    const collect_list = this.#databases
      .flatMap(({ engine, logs }) => logs.map((log) => ({ ...log, engine })))
      .filter(({ path }) => maySend(this.#permissions(), path))
      .map(({ path, group, stream, engine, type }) => ({
        file_path: path,
        log_group_name: group,
        log_stream_name: stream,
        ...(START_OF_ENTRY[`${engine} ${type}`] !== undefined && {
          multi_line_start_pattern: START_OF_ENTRY[`${engine} ${type}`],
        }),
      }));
    return collect_list.length === 0
      ? undefined
      : JSON.stringify({ logs: { logs_collected: { files: { collect_list } } } });
  }

  async #configure(text: string | undefined): Promise<void> {
    if (text === undefined && this.#control.stored(CONFIGURATION) === undefined) return;
    const how = text === undefined ? "remove" : "append";
    const { code, output, errorOutput } = await this.#control.configure(
      how,
      { name: CONFIGURATION, text: text ?? "{}" },
      true,
    );
    if (code !== 0) throw new Error(`the agent did not take the configuration of databases: ${errorOutput || output}`);
  }

  async #restart(name: string): Promise<void> {
    const [program, ...words] = this.#permissions().databaseRestarts[name] ?? [];
    if (program === undefined) return;
    await new Promise<void>((resolve, reject) => {
      execFile(program, words, { timeout: RESTART_MS }, (error, _output, errorOutput) =>
        error === null
          ? resolve()
          : reject(new Error(`the restart of ${name} failed: ${errorOutput || error.message}`)),
      );
    });
  }
}

/** Entries that may have several lines, by how they begin. */
const START_OF_ENTRY: Readonly<Record<string, string>> = {
  "mysql error": "^\\d{4}-\\d{2}-\\d{2}[T ]",
  "mariadb error": "^\\d{4}-\\d{2}-\\d{2}[T ]",
  "mysql slowquery": "^# (Time|User@Host):",
  "mariadb slowquery": "^# (Time|User@Host):",
  "postgres postgresql": "^\\d{4}-\\d{2}-\\d{2} ",
};

function readDatabase(value: unknown): AssignedDatabase[] {
  const { name, engine, logs, work, restart } = record(value);
  if (typeof name !== "string" || typeof engine !== "string" || !Array.isArray(logs)) return [];
  return [
    {
      name,
      engine,
      work: typeof work === "string" ? work : undefined,
      restart: restart === true,
      logs: logs
        .map(record)
        .flatMap(({ type, path, group, stream }) =>
          typeof type === "string" &&
          typeof path === "string" &&
          typeof group === "string" &&
          typeof stream === "string"
            ? [{ type, path, group, stream }]
            : [],
        ),
    },
  ];
}

async function filesOf(logs: AssignedDatabase["logs"]): Promise<{ name: string; size: number; writtenAt: number }[]> {
  const files: { name: string; size: number; writtenAt: number }[] = [];
  for (const { type, path } of logs) {
    for await (const file of glob(path)) {
      if (files.length >= MAX_FILES) return files;
      const found = await stat(file).catch(() => undefined);
      if (found?.isFile())
        files.push({
          name: `${type}/${file.slice(file.lastIndexOf("/") + 1)}`,
          size: found.size,
          writtenAt: Math.round(found.mtimeMs),
        });
    }
  }
  return files;
}
