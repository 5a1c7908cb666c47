import { createHash } from "node:crypto";
import { type Call, type Principal, type Service, WireFailure } from "@nephoscope/wire";

/**
 * Calls that a service of ours makes at another one's API by itself, such as EC2 writing flow records into a log group. They go through
 * the same authorisation and the same handlers as a client's calls, so the same rules hold. They need no signature.
 */
export interface ServiceCalls {
  /** Called at the start, once the services are there. `authorise` throws what denies a call. */
  serve(services: readonly Service[], authorise: (call: Call, input: unknown) => void): void;
  /** Names of services are those of the SDK's packages. Resolves with the operation's output. Rejects with the error that a client would get (`WireFailure`, whose `code` is AWS's). */
  run(from: CallOrigin, service: string, operation: string, input: object): Promise<unknown>;
}

export interface CallOrigin {
  readonly account: string;
  readonly region: string;
  /** The service that calls, such as `vpc-flow-logs.amazonaws.com`. */
  readonly by: string;
  /** The role that it works under, if any. */
  readonly roleArn?: string | undefined;
  /** The resource that it works for, as `aws:SourceArn` in policies of what it calls. */
  readonly sourceArn?: string | undefined;
  /** Tells this call from all others; the same when it is made again, so that nothing is stored twice. */
  readonly id: string;
}

export interface ServiceCallsParts {
  readonly now: () => number;
  /** A session of a role, which its policies count for; undefined when there is no such role. */
  readonly roleSession: (account: string, role: string, session: string) => Principal | undefined;
}

export function serviceCalls({ now, roleSession }: ServiceCallsParts): ServiceCalls {
  const known = new Map<string, Service>();
  let authorise: (call: Call, input: unknown) => void = () => {
    throw new Error("no services are there yet");
  };
  const principalOf = (account: string, by: string, roleArn: string | undefined): Principal => {
    if (roleArn === undefined) return { type: "AWSService", arn: by, principalId: by };
    const session = roleSession(account, roleArn.slice(roleArn.lastIndexOf("/") + 1), by.replace(/\..*/, ""));
    if (session === undefined) throw new WireFailure("AccessDeniedException", `The role ${roleArn} does not exist.`);
    return session;
  };
  return {
    serve(services, given) {
      authorise = given;
      for (const service of services) known.set(service.model.name, service);
    },
    async run({ account, region, by, roleArn, sourceArn, id }, name, operation, input) {
      const service = known.get(name);
      if (service?.implemented.has(operation) !== true) throw new Error(`${name} has no ${operation} to call`);
      const errors = service.model.errors;
      const call = {
        // What resource policies ask of services, so that none is made to act for a stranger (confused deputy).
        sourceAccount: account,
        ...(sourceArn !== undefined && { sourceArn }),
        requestId: id,
        service: name,
        operation,
        protocol: service.model.protocols[0] ?? "awsJson1_1",
        account,
        region,
        principal: principalOf(account, by, roleArn),
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
      } satisfies Call & { sourceAccount: string; sourceArn?: string };
      authorise(call, input);
      return service.run(operation, input, call);
    },
  };
}

const NEVER = new AbortController().signal;
