import type { BigIntStats } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** A file and what was known of it when it was found. */
export interface GlobbedFile {
  readonly path: string;
  readonly stats: BigIntStats;
}

export const isPattern = (path: string): boolean => /[*?[\]{]/.test(path);

/** Directories that a `**` looks into at most, so that a pattern over a whole disk does not eat the host. */
const MAX_DIRECTORIES = 10_000;

/**
 * Finds regular files by the original's patterns: `*`, `?`, `[a-z]`, `{a,b}` within a name, `**` over directories. Directories
 * that can not be read are passed over.
 */
export async function findFiles(pattern: string, ignoreSymlinks: boolean): Promise<readonly GlobbedFile[]> {
  const found: GlobbedFile[] = [];
  const budget = { directories: MAX_DIRECTORIES };
  await descend(
    "/",
    pattern.split("/").filter((segment) => segment !== ""),
    ignoreSymlinks,
    budget,
    found,
  );
  const unique = new Map(found.map((file) => [file.path, file]));
  return [...unique.values()];
}

async function descend(
  directory: string,
  [segment, ...rest]: readonly string[],
  ignoreSymlinks: boolean,
  budget: { directories: number },
  found: GlobbedFile[],
): Promise<void> {
  if (segment === undefined) return;
  if (segment === "**") {
    await descend(directory, rest, ignoreSymlinks, budget, found);
    for (const entry of await list(directory, budget)) {
      // Links to directories are not followed here: they may form circles.
      if (entry.isDirectory())
        await descend(join(directory, entry.name), [segment, ...rest], ignoreSymlinks, budget, found);
    }
    return;
  }
  if (!isPattern(segment)) {
    const path = join(directory, segment);
    if (rest.length > 0) await descend(path, rest, ignoreSymlinks, budget, found);
    else await take(path, ignoreSymlinks, found);
    return;
  }
  const matches = segmentMatcher(segment);
  for (const entry of await list(directory, budget)) {
    if (!matches(entry.name)) continue;
    const path = join(directory, entry.name);
    if (rest.length === 0) await take(path, ignoreSymlinks, found);
    else if (entry.isDirectory() || entry.isSymbolicLink()) await descend(path, rest, ignoreSymlinks, budget, found);
  }
}

async function list(directory: string, budget: { directories: number }) {
  if (budget.directories-- <= 0) return [];
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (isPassedOver(error)) return [];
    throw error;
  }
}

async function take(path: string, ignoreSymlinks: boolean, found: GlobbedFile[]): Promise<void> {
  const stats = await statFile(path, ignoreSymlinks);
  if (stats !== undefined) found.push({ path, stats });
}

/** @returns undefined when there is no regular file, or it can not be looked at */
async function statFile(path: string, ignoreSymlinks: boolean): Promise<BigIntStats | undefined> {
  try {
    const stats = await (ignoreSymlinks ? lstat : stat)(path, { bigint: true });
    return stats.isFile() ? stats : undefined;
  } catch (error) {
    if (isPassedOver(error)) return undefined;
    throw error;
  }
}

const PASSED_OVER = new Set(["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "ENAMETOOLONG", "ESTALE", "EIO"]);

const isPassedOver = (error: unknown): boolean =>
  error instanceof Error && "code" in error && PASSED_OVER.has(String(error.code));

/** Compiles one segment. A name is compared in time that grows with its length times the pattern's. */
export function segmentMatcher(segment: string): (name: string) => boolean {
  const alternatives = expandBraces(segment).map(parseSegment);
  // As in a shell: a pattern does not show hidden files unless it begins with the dot.
  return (name) =>
    (!name.startsWith(".") || segment.startsWith(".")) && alternatives.some((parts) => matchParts(parts, [...name]));
}

type Part = "any" | ((character: string) => boolean);

function parseSegment(segment: string): readonly Part[] {
  const parts: Part[] = [];
  const characters = [...segment];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "*") {
      if (parts.at(-1) !== "any") parts.push("any");
    } else if (character === "?") parts.push(() => true);
    else if (character === "[") {
      const close = characters.indexOf("]", at + 2);
      if (close < 0) parts.push((given) => given === "[");
      else {
        parts.push(characterSet(characters.slice(at + 1, close)));
        at = close;
      }
    } else {
      const literal = character === "\\" ? (characters[++at] ?? "\\") : character;
      parts.push((given) => given === literal);
    }
  }
  return parts;
}

function characterSet(characters: readonly string[]): (character: string) => boolean {
  const negated = characters[0] === "!" || characters[0] === "^";
  const items = negated ? characters.slice(1) : characters;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < items.length; at++) {
    const from = items[at] ?? "";
    const to = items[at + 1] === "-" && items[at + 2] !== undefined ? (items[at + 2] ?? from) : from;
    if (to !== from) at += 2;
    ranges.push([from, to]);
  }
  return (character) => ranges.some(([from, to]) => character >= from && character <= to) !== negated;
}

/** Goes back to the last `*` alone, which is enough and keeps the time bounded. */
function matchParts(parts: readonly Part[], name: readonly string[]): boolean {
  let part = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const current = parts[part];
    if (current === "any") {
      star = part++;
      starAt = at;
    } else if (current?.(name[at] ?? "")) {
      part++;
      at++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (parts[part] === "any") part++;
  return part === parts.length;
}

function expandBraces(segment: string): readonly string[] {
  const match = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(segment);
  if (match === null) return [segment];
  const [, before = "", inner = "", after = ""] = match;
  return inner
    .split(",")
    .flatMap((each) => expandBraces(`${before}${each}${after}`))
    .slice(0, 256);
}
