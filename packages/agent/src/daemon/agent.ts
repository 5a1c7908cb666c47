import { type Configuration, readConfiguration } from "../configuration/configuration.ts";
import { describeProblem } from "../configuration/problem.ts";
import { PositionStore } from "../files/position-store.ts";
import { readDetailedMonitoring } from "../fleet/detailed-monitoring.ts";
import { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import { findHostIdentity, type HostIdentity, type Mode } from "../host/host-identity.ts";
import { type Collection, startCollection } from "./collection.ts";
import { Connections } from "./connections.ts";
import { readRegistration, secretsOf } from "./registration.ts";
import { userChange } from "./run-as-user.ts";
import { type AgentPaths, type AgentSettings, readSettings } from "./settings.ts";
import { listConfigurations } from "./stored-configurations.ts";

export interface AgentOptions {
  readonly paths: AgentPaths;
  readonly mode: Mode;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly journal: Journal;
  readonly now: () => number;
}

/** There is no configuration that can be run; the message says why, line by line. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** A running agent: one configuration in force, exchanged by `reload`. */
export class Agent {
  readonly health = new Health();
  readonly #options: AgentOptions;
  readonly #positions: PositionStore;
  #collection: Collection | undefined;
  #running: Configuration | undefined;
  #changing: Promise<void> = Promise.resolve();

  private constructor(options: AgentOptions) {
    this.#options = options;
    this.#positions = new PositionStore(options.paths.positions, options.journal);
  }

  /** @throws ConfigurationError, SettingsError, ListenError, UserError, and what a state that can not be read says */
  static async start(options: AgentOptions): Promise<Agent> {
    const agent = new Agent(options);
    await agent.#begin(loadConfiguration(options));
    return agent;
  }

  /**
   * Puts the stored configuration in force. One with errors changes nothing; one that can not be started, because an address
   * is taken for example, gives way to the one that ran. @returns whether the stored one is in force now
   */
  async reload(): Promise<boolean> {
    let done = false;
    this.#changing = this.#changing.then(async () => {
      done = await this.#exchange();
    });
    await this.#changing;
    return done;
  }

  /** Sends or spools what is on its way, and ends. */
  async stop(): Promise<void> {
    await this.#changing;
    await this.#collection?.close();
    this.#collection = undefined;
    const counts = [...this.health.counts()]
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${count}`);
    this.#options.journal.write("info", `stopped; ${counts.join(", ") || "nothing was collected"}`);
  }

  async #exchange(): Promise<boolean> {
    const { journal } = this.#options;
    const before = this.#running;
    let next: Configuration;
    try {
      next = loadConfiguration(this.#options);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      journal.write("error", `the new configuration is not used, the old one stays in force: ${error.message}`);
      return false;
    }
    await this.#collection?.close();
    this.#collection = undefined;
    try {
      await this.#begin(next);
      journal.write("info", "the new configuration is in force");
      return true;
    } catch (error) {
      journal.write(
        "error",
        `the new configuration can not be started: ${error instanceof Error ? error.message : String(error)}`,
      );
      if (before !== undefined) await this.#begin(before);
      return false;
    }
  }

  async #begin(configuration: Configuration): Promise<void> {
    const { paths, journal, now } = this.#options;
    const becomeUser = userChange(configuration.agent.runAsUser, paths);
    const { settings, host, connections } = await prepare(this.#options, configuration.agent.region);
    this.#collection = await startCollection({
      configuration,
      settings,
      paths,
      host,
      connections,
      positions: this.#positions,
      health: this.health,
      journal,
      now,
      onListening: becomeUser,
    });
    this.#running = configuration;
  }
}

/** Reads the stored configuration and writes its notes to the journal. @throws ConfigurationError */
function loadConfiguration({ paths, journal }: AgentOptions): Configuration {
  const texts = listConfigurations(paths.configurations);
  if (texts.length === 0)
    throw new ConfigurationError(
      `there is no configuration in ${paths.configurations}. Give one with: nephoscope agent-ctl -a fetch-config`,
    );
  const { configuration, problems } = readConfiguration(texts);
  for (const problem of problems)
    journal.write(problem.severity === "error" ? "error" : "info", describeProblem(problem, problem.file));
  if (configuration !== undefined) return configuration;
  const errors = problems.filter(({ severity }) => severity === "error");
  throw new ConfigurationError(errors.map((problem) => describeProblem(problem, problem.file)).join("; "));
}

/** Who this host is, and how its services are reached. */
export async function prepare(
  { paths, mode, env, now }: Pick<AgentOptions, "paths" | "mode" | "env" | "now">,
  regionOfConfiguration: string | undefined,
): Promise<{ readonly settings: AgentSettings; readonly host: HostIdentity; readonly connections: Connections }> {
  const given = readSettings(paths.settings);
  const registration = readRegistration(paths.registration);
  const settings = {
    ...given,
    endpoint: given.endpoint ?? registration?.endpoint,
    detailedMonitoring: given.detailedMonitoring || readDetailedMonitoring(paths.home),
  };
  const host = await findHostIdentity({ mode, instanceId: registration?.instanceId ?? settings.instanceId, env });
  const region =
    regionOfConfiguration ??
    settings.region ??
    env.AWS_REGION ??
    env.AWS_DEFAULT_REGION ??
    registration?.region ??
    host.region ??
    "us-east-1";
  const hostKey =
    registration === undefined
      ? undefined
      : { accessKeyId: registration.instanceId, secret: secretsOf(registration).call };
  return { settings, host, connections: new Connections({ settings, env, region, now, hostKey }) };
}
