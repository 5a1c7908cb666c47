import type { HostResource } from "./host.ts";
import { type HostNames, rememberedNames, strangeEmbeddedMetric, strangeMetric } from "./own-metrics.ts";

/**
 * What a host may do by being a host: write what is its own, and fetch what it was told to fetch. Whoever steals its key gets
 * this and no more. A host may do further things only as far as the policies of its role say so.
 */
export interface HostRights {
  /** Undefined when the host may; else why not, for the message. */
  denies(
    host: HostResource,
    call: { readonly service: string; readonly operation: string },
    input: unknown,
  ): string | undefined;
  /** Services add what is a host's own beside what bears its id. `allows` is asked for operations of `service` only. */
  add(
    service: string,
    allows: (host: HostResource, operation: string, input: Readonly<Record<string, unknown>>) => boolean,
  ): void;
}

type Input = Readonly<Record<string, unknown>>;
type Test = (host: HostResource, input: Input) => string | undefined;

const anything: Test = () => undefined;

/** A stream is a host's own when its name begins with the host's id, as the agent's default name does. */
const ownStream: Test = ({ ref }, { logStreamName }) =>
  typeof logStreamName === "string" && logStreamName.startsWith(ref.key)
    ? undefined
    : `a host may write only to log streams whose names begin with its id (${ref.key}); its role can allow others`;

/** A group is made for logs; what else one can be given (a key, tags, protection) is for people to decide. */
const plainGroup: Test = (_, input) => {
  const more = Object.entries(input).find(
    ([name, value]) => value !== undefined && name !== "logGroupName" && name !== "logGroupClass",
  );
  return more === undefined ? undefined : `a host may create log groups without ${more[0]} only; its role can allow it`;
};

const ownMetrics =
  (names: HostNames): Test =>
  (host, { Namespace, MetricData, EntityMetricData }) => {
    const known = rememberedNames(names);
    const entities = list(EntityMetricData).flatMap((entity) => list(record(entity).MetricData));
    for (const datum of [...list(MetricData), ...entities]) {
      const { MetricName, Dimensions } = record(datum);
      const dimensions = list(Dimensions).map((dimension) => {
        const { Name, Value } = record(dimension);
        return [String(Name), Value] as const;
      });
      const reason = strangeMetric(host, known, { namespace: String(Namespace), name: String(MetricName), dimensions });
      if (reason !== undefined) return reason;
    }
    return undefined;
  };

const ownInventory: Test = ({ ref }, { InstanceId }) =>
  InstanceId === ref.key ? undefined : `a host may put its own inventory only, not that of ${String(InstanceId)}`;

/** The names that AWS's policy for the agent allows too (CloudWatchAgentServerPolicy). Secrets are not decrypted. */
const agentParameters: Test = (_, { Name, Names, WithDecryption }) => {
  if (WithDecryption === true) return "a host may not decrypt parameters; its role can allow it";
  const names = [Name, ...list(Names)].filter((name) => name !== undefined);
  const stranger = names.find(
    (name) => typeof name !== "string" || !name.replace(/^\//, "").startsWith("AmazonCloudWatch-"),
  );
  return stranger === undefined
    ? undefined
    : `a host may read parameters named AmazonCloudWatch-… and those that a command told it to read, not ${String(stranger)}; its role can allow others`;
};

const testsOf = (names: HostNames): Readonly<Record<string, Readonly<Record<string, Test>>>> => ({
  sts: { GetCallerIdentity: anything },
  "cloudwatch-logs": { CreateLogGroup: plainGroup, CreateLogStream: ownStream, PutLogEvents: ownStream },
  cloudwatch: { PutMetricData: ownMetrics(names) },
  ssm: { PutInventory: ownInventory, GetParameter: agentParameters, GetParameters: agentParameters },
  ssmmessages: {
    UpdateInstanceInformation: anything,
    GetMessages: anything,
    SendReply: anything,
    PutFlowRecords: anything,
  },
});

export function hostRights(names: HostNames): HostRights {
  const all = testsOf(names);
  const more = new Map<string, ((host: HostResource, operation: string, input: Input) => boolean)[]>();
  return {
    add(service, allows) {
      more.set(service, [...(more.get(service) ?? []), allows]);
    },
    denies(host, { service, operation }, input) {
      const given = record(input);
      // Of a stream that is the host's own, events may still carry metrics that are not.
      if (service === "cloudwatch-logs" && operation === "PutLogEvents") {
        const strange = strangeEmbeddedMetric(host, names, given.logEvents);
        if (strange !== undefined) return strange;
      }
      const tests = Object.hasOwn(all, service) ? all[service] : undefined;
      const test = tests !== undefined && Object.hasOwn(tests, operation) ? tests[operation] : undefined;
      const reason = test === undefined ? "hosts have no right to it" : test(host, given);
      if (reason === undefined) return undefined;
      return (more.get(service) ?? []).some((allows) => allows(host, operation, given)) ? undefined : reason;
    },
  };
}

const record = (value: unknown): Input => (typeof value === "object" && value !== null ? { ...value } : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
