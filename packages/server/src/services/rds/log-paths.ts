import { ENGINES, type Engine, PATH_TAG } from "./database.ts";
import { invalid, unfitting } from "./operation.ts";

/** Refuses log types that the engine does not have. */
export function checkLogTypes(engine: Engine, types: readonly string[]): void {
  const known = Object.keys(ENGINES[engine].logs);
  const wrong = types.filter((type) => !known.includes(type));
  if (wrong.length > 0)
    throw unfitting(
      `You cannot use the log types '${wrong.join("', '")}' with engine ${engine}. It has ${known.join(", ")}.`,
    );
}

/** Places of log files that tags give. */
export function pathsOf(engine: Engine, tags: Readonly<Record<string, string>>): Record<string, string> {
  const paths: Record<string, string> = {};
  for (const [key, path] of Object.entries(tags)) {
    if (!key.startsWith(PATH_TAG)) continue;
    const type = key.slice(PATH_TAG.length);
    checkLogTypes(engine, [type]);
    if (!path.startsWith("/") || path.split("/").includes(".."))
      throw invalid(`The tag ${key} must be an absolute path without "..", not "${path}".`);
    paths[type] = path;
  }
  return paths;
}
