import { createHash } from "node:crypto";
import { type Service, WireFailure } from "@nephoscope/wire";

/**
 * Calls that a service of ours makes at another one's API by itself, such as EC2 writing flow records into a log group. They go through
 * the same handlers as a client's calls, so the same rules hold. They need no signature; the caller has asked before whether the
 * role it works under may.
 */
export interface ServiceCalls {
  /** Called at the start, once the services are there. Names are those of the SDK's packages. */
  serve(services: readonly Service[]): void;
  /** Resolves with the operation's output. Rejects with the error that a client would get (`WireFailure`, whose `code` is AWS's). */
  run(from: CallOrigin, service: string, operation: string, input: object): Promise<unknown>;
}

export interface CallOrigin {
  readonly account: string;
  readonly region: string;
  /** The service that calls, such as `vpc-flow-logs.amazonaws.com`. */
  readonly by: string;
  /** The role that it works under, if any. */
  readonly roleArn?: string | undefined;
  /** Tells this call from all others; the same when it is made again, so that nothing is stored twice. */
  readonly id: string;
}

export function serviceCalls(now: () => number): ServiceCalls {
  const known = new Map<string, Service>();
  return {
    serve(services) {
      for (const service of services) known.set(service.model.name, service);
    },
    async run({ account, region, by, roleArn, id }, name, operation, input) {
      const service = known.get(name);
      if (service?.implemented.has(operation) !== true) throw new Error(`${name} has no ${operation} to call`);
      const errors = service.model.errors;
      return service.run(operation, input, {
        requestId: id,
        service: name,
        operation,
        protocol: service.model.protocols[0] ?? "awsJson1_1",
        account,
        region,
        principal:
          roleArn === undefined
            ? { type: "AWSService", arn: by, principalId: by }
            : { type: "AssumedRole", arn: sessionArn(roleArn, by), principalId: `${roleArn}:${by}` },
        accessKeyId: by,
        sourceIp: by,
        userAgent: by,
        signal: NEVER,
        receivedAt: new Date(now()),
        invocationId: id,
        // Whether it was made before nobody knows after a crash, so what is there is looked at.
        attempt: 2,
        bodySha256: createHash("sha256").update(id).digest("hex"),
        error: (code: string, message: string, members?: Readonly<Record<string, unknown>>) =>
          new WireFailure(code, message, {
            status: errors.get(code)?.error?.status ?? 400,
            ...(members !== undefined && { members }),
          }),
      });
    },
  };
}

const NEVER = new AbortController().signal;

const sessionArn = (roleArn: string, by: string): string =>
  `${roleArn.replace(":iam:", ":sts:").replace(/:role\/(?:.*\/)?/, ":assumed-role/")}/${by.replace(/\..*/, "")}`;
