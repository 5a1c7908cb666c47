import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Development only: botocore's models as they lie in the installed Python package. */

/** The part of botocore's `service-2.json` that is read here. */
export interface BotocoreModel {
  readonly metadata: {
    readonly protocols?: readonly string[];
    readonly xmlNamespace?: string | { readonly uri: string };
  };
  readonly operations: Readonly<
    Record<
      string,
      { readonly input?: BotocoreRef; readonly output?: BotocoreRef; readonly errors?: readonly BotocoreRef[] }
    >
  >;
  readonly shapes: Readonly<Record<string, BotocoreShape>>;
}

interface BotocoreRef {
  readonly shape: string;
}

export interface BotocoreShape {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly member?: BotocoreRef;
  readonly key?: BotocoreRef;
  readonly value?: BotocoreRef;
  readonly members?: Readonly<Record<string, BotocoreRef>>;
}

/** botocore's folder names, where they differ from the names of the SDK's packages for JavaScript. */
const FOLDERS: Readonly<Record<string, string>> = {
  "cloudwatch-logs": "logs",
  eventbridge: "events",
  "config-service": "config",
  "s3-control": "s3control",
};

let installed: { readonly version: string; readonly path: string } | undefined;

/** Asks Python once for botocore's version and place. Throws when Python or botocore is missing. */
function botocore() {
  if (!installed) {
    const answer = execFileSync(
      "python3",
      ["-c", "import botocore; print(botocore.__version__); print(botocore.__path__[0])"],
      { encoding: "utf8" },
    );
    const [version = "", path = ""] = answer.trim().split("\n");
    installed = { version, path };
  }
  return installed;
}

export const botocoreVersion = (): string => botocore().version;

/** The newest model of a service, by the name of the SDK's package (`cloudwatch-logs`). */
export function botocoreModel(service: string): BotocoreModel {
  const folder = join(botocore().path, "data", FOLDERS[service] ?? service);
  const version = readdirSync(folder).sort().at(-1) ?? "";
  return JSON.parse(gunzipSync(readFileSync(join(folder, version, "service-2.json.gz"))).toString("utf8"));
}
