import type { Service } from "../service.ts";
import { namesakes, type RequestHead } from "./namesakes.ts";
import { type RestRoutes, restRoutes } from "./route.ts";

/** Finds services by the names that requests carry. */
export class Directory {
  readonly #byTarget = new Map<string, Service>();
  readonly #bySigningName = new Map<string, Service>();
  readonly #namesakes = new Map<string, Service[]>();
  readonly #byVersion = new Map<string, Service>();
  readonly #routes = new Map<Service, RestRoutes>();

  constructor(services: readonly Service[]) {
    for (const service of services) {
      const { name, signingName, target, version } = service.model;
      if (namesakes[name]) {
        this.#namesakes.set(signingName, [...(this.#namesakes.get(signingName) ?? []), service]);
      } else {
        if (this.#bySigningName.has(signingName)) throw new Error(`Two services are signed as ${signingName}.`);
        this.#bySigningName.set(signingName, service);
      }
      this.#byTarget.set(target, service);
      if (!this.#byVersion.has(version)) this.#byVersion.set(version, service);
      this.#routes.set(service, restRoutes(service.model));
    }
  }

  /** Some clients put a namespace before the target: CloudTrail's do. */
  byTarget(prefix: string): Service | undefined {
    return this.#byTarget.get(prefix) ?? this.#byTarget.get(prefix.slice(prefix.lastIndexOf(".") + 1));
  }

  /** The service that a request is for, by the name in its signature's scope. */
  bySigningName(name: string, head: RequestHead): Service | undefined {
    const namesake = this.#namesakes.get(name)?.find(({ model }) => namesakes[model.name]?.(head));
    return namesake ?? this.#bySigningName.get(name);
  }

  /** Whether a service is signed with the name. */
  serves(signingName: string): boolean {
    return this.#bySigningName.has(signingName);
  }

  /** The `Version` of the query protocols is a date, which two services may share; the signature's scope goes before it. */
  byVersion(version: string): Service | undefined {
    return this.#byVersion.get(version);
  }

  /** How a REST service's operations are told. */
  routes(service: Service): RestRoutes | undefined {
    return this.#routes.get(service);
  }
}
