import type { Section } from "./section.ts";

/** What a service's telemetry belongs to: sent with log events as their entity. */
export interface Entity {
  readonly serviceName: string | undefined;
  readonly environment: string | undefined;
}

export function readEntity(section: Section, inherited: Entity): Entity {
  return {
    serviceName: section.text("service.name", { min: 1, max: 255 }) ?? inherited.serviceName,
    environment: section.text("deployment.environment", { min: 1, max: 259 }) ?? inherited.environment,
  };
}
