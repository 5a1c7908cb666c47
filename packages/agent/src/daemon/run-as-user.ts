import { lchownSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AgentPaths } from "./settings.ts";

/** The user that the configuration asks for can not be taken on; the message says what to do. */
export class UserError extends Error {
  override readonly name = "UserError";
}

interface User {
  readonly name: string;
  readonly id: number;
  readonly group: number;
}

/**
 * Finds out who is to be become, and whether that can be.
 * @param name of `run_as_user`; undefined: nothing is to be done
 * @returns what gives up root's rights for those of the user, with all groups of that user, for good. What the agent writes
 *   becomes the user's: its state and its log. What has to be opened as root must be open before.
 * @throws UserError when there is no such user, or this process can not become it
 */
export function userChange(name: string | undefined, paths: AgentPaths): () => void {
  const { getuid, setgid, setuid, setgroups } = process;
  if (name === undefined) return () => {};
  if (getuid === undefined || setgid === undefined || setuid === undefined || setgroups === undefined)
    throw new UserError(`run_as_user is not known on ${process.platform}: remove it, and start the agent as ${name}`);
  const user = findUser(name);
  if (user === undefined)
    throw new UserError(`run_as_user: there is no user ${name} on this host. Make it with: useradd --system ${name}`);
  const current = getuid();
  if (current === user.id) return () => {};
  if (current !== 0)
    throw new UserError(
      `run_as_user is ${name}, and the agent was started as user ${current}, who can not become that. Start it as root or ` +
        `as ${name}, or remove run_as_user`,
    );
  return () => {
    for (const path of [join(paths.home, "state"), join(paths.home, "logs")]) giveTo(user, path);
    giveFileTo(user, paths.registration);
    setgroups(groupsOf(user));
    setgid(user.group);
    setuid(user.id);
  };
}

/** Links are given, and not what they point to: a user who had them made must not get other files by them. */
function giveTo(user: User, path: string): void {
  giveFileTo(user, path);
  for (const entry of entriesOf(path)) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) giveTo(user, inner);
    else giveFileTo(user, inner);
  }
}

const giveFileTo = (user: User, path: string): void => void ifThere(() => lchownSync(path, user.id, user.group));

const entriesOf = (path: string) => ifThere(() => readdirSync(path, { withFileTypes: true })) ?? [];

function ifThere<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function groupsOf(user: User, file = "/etc/group"): number[] {
  const groups = readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .filter(([, , , members = ""]) => members.split(",").includes(user.name))
    .map(([, , id]) => Number(id));
  return [...new Set([user.group, ...groups])];
}

/** By name or number, among the host's own users, as the original looks. */
export function findUser(wanted: string, file = "/etc/passwd"): User | undefined {
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [name = "", , id = "", group = ""] = line.split(":");
    if (name !== "" && (name === wanted || id === wanted)) return { name, id: Number(id), group: Number(group) };
  }
  return undefined;
}
