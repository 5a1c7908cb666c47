export type AwsService = "logs" | "monitoring" | "ssm" | "ssmmessages";

interface ServiceProtocol {
  readonly signingName: string;
  /** Before the operation in `X-Amz-Target`. */
  readonly target: string;
  readonly contentType: string;
  /** What SDKs append to `AWS_ENDPOINT_URL_`. */
  readonly environmentName: string;
}

/** The services that the agent calls, all in JSON. */
export const SERVICES: Readonly<Record<AwsService, ServiceProtocol>> = {
  logs: {
    signingName: "logs",
    target: "Logs_20140328",
    contentType: "application/x-amz-json-1.1",
    environmentName: "CLOUDWATCH_LOGS",
  },
  monitoring: {
    signingName: "monitoring",
    target: "GraniteServiceVersion20100801",
    contentType: "application/x-amz-json-1.0",
    environmentName: "CLOUDWATCH",
  },
  ssm: {
    signingName: "ssm",
    target: "AmazonSSM",
    contentType: "application/x-amz-json-1.1",
    environmentName: "SSM",
  },
  ssmmessages: {
    signingName: "ssmmessages",
    target: "NephoscopeFleet",
    contentType: "application/x-amz-json-1.1",
    environmentName: "SSMMESSAGES",
  },
};

export interface EndpointSources {
  /** `endpoint_override` of a section; a host name alone means https. */
  readonly override: string | undefined;
  /** Of the agent's settings, for all services. */
  readonly settings: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly region: string;
}

/** @returns where a service is called: the section's own endpoint, then the environment's, the settings', AWS's */
export function endpointOf(service: AwsService, { override, settings, env, region }: EndpointSources): string {
  const given =
    override ?? env[`AWS_ENDPOINT_URL_${SERVICES[service].environmentName}`] ?? env.AWS_ENDPOINT_URL ?? settings;
  if (given === undefined || given === "") {
    const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    return `https://${service}.${region}.${suffix}`;
  }
  const url = /^https?:\/\//.test(given) ? given : `https://${given}`;
  if (!URL.canParse(url))
    throw new EndpointError(`"${given}" is no endpoint for ${service}; an endpoint is such as https://host:port`);
  return url;
}

export class EndpointError extends Error {
  override readonly name = "EndpointError";
}
