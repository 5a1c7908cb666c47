import { readFile } from "node:fs/promises";
import { isAbsolute, normalize } from "node:path";

/** What the owner of this machine lets the centre do. What is not in the file is not allowed; the centre can't change it. */
export interface Permissions {
  /** AWS-RunShellScript. */
  readonly shellScripts: boolean;
  /** Who such scripts run as; undefined: who the agent runs as. */
  readonly shellUser: string | undefined;
  /** Install, configure, start and stop the agent's collection of logs and metrics. */
  readonly manageAgent: boolean;
  /** Record flows of the interfaces that flow logs cover. */
  readonly recordFlows: boolean;
  /** Log files of databases (`.log`, `.err`) may be sent from these folders. */
  readonly databaseLogFolders: readonly string[];
  /** Commands that restart a database, by its name; without one a reboot only opens its log files anew. */
  readonly databaseRestarts: Readonly<Record<string, readonly string[]>>;
}

export const DEFAULT_PERMISSIONS: Permissions = {
  shellScripts: false,
  shellUser: undefined,
  manageAgent: true,
  recordFlows: true,
  databaseLogFolders: [
    "/var/log/mysql",
    "/var/log/mariadb",
    "/var/log/postgresql",
    "/var/lib/mysql",
    "/var/lib/pgsql",
    "/var/lib/postgresql",
  ],
  databaseRestarts: {},
};

/** Reads the owner's file; without one the defaults hold. Throws for a file that says something else than it can. */
export async function readPermissions(file: string): Promise<Permissions> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return DEFAULT_PERMISSIONS;
    throw error;
  }
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${file} must hold one JSON object`);
  const given: Record<string, unknown> = { ...value };
  const stranger = Object.keys(given).find((name) => !Object.hasOwn(DEFAULT_PERMISSIONS, name));
  if (stranger !== undefined)
    throw new Error(`${file}: there is no "${stranger}". Known: ${Object.keys(DEFAULT_PERMISSIONS).join(", ")}`);
  const flag = (name: "shellScripts" | "manageAgent" | "recordFlows"): boolean => {
    const found = given[name] ?? DEFAULT_PERMISSIONS[name];
    if (typeof found === "boolean") return found;
    throw new Error(`${file}: "${name}" must be true or false`);
  };
  const words = (name: string, found: unknown): string[] => {
    if (Array.isArray(found) && found.every((word) => typeof word === "string")) return [...found];
    throw new Error(`${file}: "${name}" must be a list of texts`);
  };
  const { shellUser, databaseRestarts = {} } = given;
  if (shellUser !== undefined && (typeof shellUser !== "string" || !/^[a-z_][a-z0-9_-]{0,31}$/.test(shellUser)))
    throw new Error(`${file}: "shellUser" must be a user's name`);
  if (typeof databaseRestarts !== "object" || databaseRestarts === null)
    throw new Error(`${file}: "databaseRestarts" must have a command for each database`);
  return {
    shellScripts: flag("shellScripts"),
    shellUser,
    manageAgent: flag("manageAgent"),
    recordFlows: flag("recordFlows"),
    databaseLogFolders: words("databaseLogFolders", given.databaseLogFolders ?? DEFAULT_PERMISSIONS.databaseLogFolders),
    databaseRestarts: Object.fromEntries(
      Object.entries(databaseRestarts).map(([name, command]) => [name, words(`databaseRestarts.${name}`, command)]),
    ),
  };
}

/** Names of log files. What else stands beside them is a database's data, which the centre must not get. */
const LOG_FILE = /\.(log|err)$/;

/** Whether a database's log file may be sent: it stands in one of the owner's folders and bears the name of a log. */
export const maySend = ({ databaseLogFolders }: Permissions, path: string): boolean =>
  isAbsolute(path) &&
  normalize(path) === path &&
  LOG_FILE.test(path) &&
  databaseLogFolders.some((folder) => path.startsWith(folder.endsWith("/") ? folder : `${folder}/`));
