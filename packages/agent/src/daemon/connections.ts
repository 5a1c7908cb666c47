import { readFileSync } from "node:fs";
import type { SigningCredential } from "@nephoscope/wire/sign";
import { AwsClient } from "../aws/client.ts";
import { type CredentialProvider, credentialProvider, roleProvider } from "../aws/credential.ts";
import type { Proxies, Route } from "../aws/exchanges.ts";
import { type AwsService, endpointOf } from "../aws/services.ts";
import type { AgentSettings } from "./settings.ts";

export interface ConnectionSources {
  readonly settings: AgentSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly region: string;
  readonly now: () => number;
  /** The key that a registration gave. */
  readonly hostKey: SigningCredential | undefined;
}

/** Clients of the services, each with its endpoint and credential. */
export class Connections {
  readonly #sources: ConnectionSources;
  readonly #base: CredentialProvider;
  readonly #route: Route;

  constructor(sources: ConnectionSources) {
    this.#sources = sources;
    const { caBundle, proxies } = sources.settings;
    const ca = caBundle === undefined ? undefined : readFileSync(caBundle, "utf8");
    this.#route = { ca, proxy: proxiesOf(proxies, sources.env) };
    this.#base = credentialProvider(this.#credentialSettings());
  }

  get region(): string {
    return this.#sources.region;
  }

  /** @param choice of the section: an endpoint and a role of its own */
  client(
    service: AwsService,
    choice: {
      readonly endpoint?: string | undefined;
      readonly roleArn?: string | undefined;
      readonly connections?: number;
    } = {},
  ): AwsClient {
    const { settings, env, region, now } = this.#sources;
    return new AwsClient({
      service,
      endpoint: endpointOf(service, { override: choice.endpoint, settings: settings.endpoint, env, region }),
      region,
      credentials:
        choice.roleArn === undefined
          ? this.#base
          : roleProvider(this.#base, choice.roleArn, this.#credentialSettings()),
      now,
      connections: choice.connections ?? 4,
      route: this.#route,
    });
  }

  /** Whether calls go to AWS itself, which takes no metrics in its own namespaces. */
  get toAws(): boolean {
    return new URL(this.client("monitoring").endpoint).hostname.endsWith(".amazonaws.com");
  }

  #credentialSettings() {
    const { settings, env, region, now, hostKey } = this.#sources;
    const stsEndpoint =
      env.AWS_ENDPOINT_URL_STS || env.AWS_ENDPOINT_URL || settings.endpoint || `https://sts.${region}.amazonaws.com`;
    return {
      env,
      profile: settings.profile,
      file: settings.credentialFile,
      hostKey,
      now,
      region,
      stsEndpoint,
      route: this.#route,
    };
  }
}

/** The settings' proxies, as in the original, before the environment's. */
function proxiesOf(
  { http, https, none }: AgentSettings["proxies"],
  env: Readonly<Record<string, string | undefined>>,
): Proxies {
  const of = (name: string) => env[name.toLowerCase()] || env[name];
  return {
    HTTP_PROXY: http ?? of("HTTP_PROXY"),
    HTTPS_PROXY: https ?? of("HTTPS_PROXY"),
    NO_PROXY: none ?? of("NO_PROXY"),
  };
}
