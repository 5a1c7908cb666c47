/** Reads scenario files: YAML to a checked, frozen {@link Scenario}. README.md describes the format. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CLIENT_NAMES, type ClientName, type Identity } from "./clients/client.ts";
import { SERVICE_FOLDERS, type ServiceFolder } from "./services.ts";
import { type Fields, isFields, isList, type Value } from "./value.ts";

/**
 * How sure we are that AWS answers so: `documented` in AWS's own pages or service model; `recorded` from the real
 * service by someone; `inferred` from either; `ours`: a deliberate difference of Nephoscope, not run against AWS.
 */
export type Certainty = "documented" | "recorded" | "inferred" | "ours";

const CERTAINTIES: readonly Certainty[] = ["documented", "recorded", "inferred", "ours"];

/** What must come back: an output, or an error (members `code`, `message`, `http` and those of the modelled error). */
export type Outcome = { readonly kind: "output" | "error"; readonly pattern: Value };

export interface Step {
  /** The scenario's own service unless the step names another. */
  readonly service: ServiceFolder;
  readonly call: string;
  readonly input: Fields;
  /** The page size, when the client's own paginator has to collect every page. */
  readonly pages: number | undefined;
  readonly identity: Identity | undefined;
  /** Headers set before signing, in place of the client's own. */
  readonly headers: Readonly<Record<string, string>>;
  readonly outcome: Outcome;
  /** For a read that may lag: repeat the call until it matches, for at most so many milliseconds. */
  readonly untilMs: number | undefined;
  /** Repeat the step once for each value, called `${each}`. */
  readonly each: readonly Value[] | undefined;
  /** StartLiveTail only: what is done while the session is open. */
  readonly during: readonly Step[];
}

export interface Given {
  /** Members of CreateLogGroup beside the name. */
  readonly group: Fields;
  readonly streams: readonly Value[];
}

export interface Scenario {
  readonly file: string;
  readonly about: string;
  readonly source: string;
  readonly certainty: Certainty;
  /** Clients that cannot take part, each with the reason. */
  readonly without: ReadonlyMap<ClientName, string>;
  /** Whether the `aws` program itself, a process for each call, plays it as well. */
  readonly smoke: boolean;
  /** The log group `${group}` and its streams, for a scenario that needs them and is not about making them. */
  readonly given: Given | undefined;
  readonly steps: readonly Step[];
}

class Reader {
  readonly where: string;
  readonly #fields: Fields;
  readonly #read = new Set<string>();

  constructor(where: string, value: Value | undefined) {
    this.where = where;
    if (!isFields(value)) throw new Error(`${where}: expected an object`);
    this.#fields = value;
  }

  get(name: string): Value | undefined {
    this.#read.add(name);
    return this.#fields[name];
  }

  text(name: string): string {
    const value = this.get(name);
    if (typeof value !== "string" || value === "") throw new Error(`${this.where}: needs "${name}", a text`);
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.get(name) === undefined ? undefined : this.text(name);
  }

  fields(name: string): Fields {
    const value = this.get(name) ?? {};
    if (!isFields(value)) throw new Error(`${this.where}: "${name}" must be an object`);
    return value;
  }

  texts(name: string): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.fields(name)).map(([key, value]) => {
        if (typeof value !== "string") throw new Error(`${this.where}: "${name}.${key}" must be a text`);
        return [key, value];
      }),
    );
  }

  list(name: string): readonly Value[] | undefined {
    const value = this.get(name);
    if (value !== undefined && !isList(value)) throw new Error(`${this.where}: "${name}" must be a list`);
    return value;
  }

  done(): void {
    const unknown = Object.keys(this.#fields).filter((name) => !this.#read.has(name));
    if (unknown.length > 0) throw new Error(`${this.where}: does not know "${unknown.join('", "')}"`);
  }
}

function readOutcome(reader: Reader): Outcome {
  const expect = reader.get("expect");
  const error = reader.get("error");
  if (error !== undefined && expect !== undefined) throw new Error(`${reader.where}: "expect" or "error", not both`);
  return error === undefined ? { kind: "output", pattern: expect ?? {} } : { kind: "error", pattern: error };
}

function readIdentity(reader: Reader): Identity | undefined {
  const value = reader.get("as");
  if (value === undefined || value === "nobody") return value;
  const identity = new Reader(`${reader.where}, as`, value);
  const read = {
    keyId: identity.optionalText("keyId"),
    secret: identity.optionalText("secret"),
    token: identity.optionalText("token"),
  };
  identity.done();
  return read;
}

function readUntil(reader: Reader): number | undefined {
  const value = reader.get("until");
  if (value === undefined) return undefined;
  const seconds = /^(\d+)s$/.exec(String(value))?.[1];
  if (seconds === undefined) throw new Error(`${reader.where}: "until" must be like 10s`);
  return Number(seconds) * 1000;
}

function readPages(reader: Reader): number | undefined {
  const value = reader.get("pages");
  if (value !== undefined && typeof value !== "number") throw new Error(`${reader.where}: "pages" must be a page size`);
  return value;
}

function readService(reader: Reader, own: ServiceFolder): ServiceFolder {
  const name = reader.optionalText("service") ?? own;
  const known = SERVICE_FOLDERS.find((folder) => folder === name);
  if (known === undefined) throw new Error(`${reader.where}: "service" must be one of ${SERVICE_FOLDERS.join(", ")}`);
  return known;
}

function readSteps(where: string, values: readonly Value[], own: ServiceFolder): Step[] {
  return values.map((value, at) => {
    const reader = new Reader(`${where}, step ${at + 1}`, value);
    const service = readService(reader, own);
    const step: Step = {
      service,
      call: reader.text("call"),
      input: reader.fields("input"),
      pages: readPages(reader),
      identity: readIdentity(reader),
      headers: reader.texts("headers"),
      outcome: readOutcome(reader),
      untilMs: readUntil(reader),
      each: reader.list("each"),
      during: readSteps(`${reader.where}, during`, reader.list("during") ?? [], service),
    };
    reader.done();
    if (step.during.length > 0 && step.call !== "StartLiveTail") {
      throw new Error(`${reader.where}: only StartLiveTail has a "during"`);
    }
    return Object.freeze(step);
  });
}

function readGiven(reader: Reader): Given | undefined {
  const value = reader.get("given");
  if (value === undefined) return undefined;
  const given = new Reader(`${reader.where}, given`, value);
  const read = { group: given.fields("group"), streams: given.list("streams") ?? [] };
  given.done();
  return read;
}

function readWithout(reader: Reader): Map<ClientName, string> {
  const reasons = Object.entries(reader.texts("without"));
  return new Map(
    reasons.map(([name, reason]) => {
      const client = CLIENT_NAMES.find((known) => known === name);
      if (client === undefined) throw new Error(`${reader.where}: "${name}" is not a client`);
      return [client, reason];
    }),
  );
}

function parseYaml(file: string, text: string): Value {
  try {
    return parse(text) as Value;
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/** The scenario in `text`; `file` names it in messages. Throws an Error that says where the file is wrong. */
export function readScenario(file: string, text: string): Scenario {
  const own = SERVICE_FOLDERS.find((folder) => file.startsWith(`${folder}/`));
  if (own === undefined) throw new Error(`${file}: must be in a folder of ${SERVICE_FOLDERS.join(", ")}`);
  const reader = new Reader(file, parseYaml(file, text));
  const certainty = CERTAINTIES.find((known) => known === reader.get("certainty"));
  if (certainty === undefined) throw new Error(`${file}: "certainty" must be one of ${CERTAINTIES.join(", ")}`);
  const scenario: Scenario = {
    file,
    about: reader.text("about"),
    source: reader.text("source"),
    certainty,
    without: readWithout(reader),
    smoke: reader.get("smoke") === true,
    given: readGiven(reader),
    steps: readSteps(file, reader.list("steps") ?? [], own),
  };
  reader.done();
  if (scenario.steps.length === 0) throw new Error(`${file}: has no steps`);
  return Object.freeze(scenario);
}

/** Every scenario of every service, in the order of the folders and of the file names. */
export function loadScenarios(): Scenario[] {
  // A service is known to the clients before its first scenario is written.
  return SERVICE_FOLDERS.filter((folder) => existsSync(join(import.meta.dirname, folder))).flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder))
      .filter((name) => name.endsWith(".yaml"))
      .sort()
      .map((name) => readScenario(`${folder}/${name}`, readFileSync(join(import.meta.dirname, folder, name), "utf8"))),
  );
}
