import { readdirSync, readFileSync } from "node:fs";

/** A policy that comes with the installation, under a name that AWS's own has. */
export interface AwsManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  /** `ANPA…`, made of the name, so that it is the same everywhere. */
  readonly id: string;
  readonly description: string;
  /** Epoch milliseconds of the version's writing. */
  readonly updatedAt: number;
  readonly version: string;
  readonly document: string;
}

export interface AwsManagedPolicies {
  get(arn: string): AwsManagedPolicy | undefined;
  /** In the order of names. */
  readonly list: readonly AwsManagedPolicy[];
}

interface PolicyFile {
  readonly path: string;
  readonly description: string;
  readonly version: string;
  readonly date: string;
  readonly document: object;
}

const FOLDER = new URL("./aws-managed/", import.meta.url);

/** Reads the files in `aws-managed/`: one policy each, named like its file. */
export function readManagedPolicies(idOf: (name: string) => string): AwsManagedPolicies {
  const list = readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file): AwsManagedPolicy => {
      const name = file.slice(0, -".json".length);
      const read: PolicyFile = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
      return Object.freeze({
        arn: `arn:aws:iam::aws:policy${read.path}${name}`,
        name,
        path: read.path,
        id: idOf(name),
        description: read.description,
        updatedAt: Date.parse(read.date),
        version: read.version,
        document: JSON.stringify(read.document, undefined, 2),
      });
    });
  const byArn = new Map(list.map((policy) => [policy.arn, policy]));
  return { list: Object.freeze(list), get: (arn) => byArn.get(arn) };
}
