import { randomBytes } from "node:crypto";
import type { Credential } from "@nephoscope/wire";
import { type HostSecrets, hostSecrets, newHostKeyPair } from "@nephoscope/wire/host-keys";
import type { Clock } from "../clock/clock.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { SecretBox } from "../secrets/secret-box.ts";
import { type Cause, type Change, type State, VersionConflict } from "../state/state.ts";
import { type Assignments, openAssignments } from "./assignments.ts";
import { type FlowRecordSink, flowRecordSink } from "./flow-records.ts";
import { HOST_ID, HOST_KIND, type Host, type HostResource, hostRef, type Presence, type Scope } from "./host.ts";
import { type HostFacts, NO_FACTS } from "./host-facts.ts";
import { type HostRights, hostRights } from "./host-rights.ts";

/** The hosts, for all services. Reads are immediate; changes resolve when they are durable. */
export interface Fleet {
  find(scope: Scope, id: string): HostResource | undefined;
  /** In the order of their ids. */
  list(scope: Scope): HostResource[];
  facts(scope: Scope, id: string): HostFacts;
  /** Undefined for a host that never spoke after its registration. */
  presence(scope: Scope, id: string): Presence | undefined;
  isOnline(scope: Scope, id: string): boolean;

  /** An id that no host has had: `mi-…` or `i-…`. */
  newId(prefix: "mi" | "i"): string;
  change(scope: Scope, id: string, cause: Cause, change: (host: Host) => Host): Promise<HostResource | undefined>;
  putFacts(scope: Scope, id: string, facts: HostFacts, cause: Cause): Promise<void>;
  /** Durable within a minute; kept in memory until then. */
  seen(scope: Scope, id: string, presence: Presence): void;
  /** Forgets a host with all that it reported. What others keep of it they hear of through the state's commits. */
  remove(scope: Scope, id: string, cause: Cause): Promise<void>;

  /** Who calls under a host's id; undefined when there is no such host. The secret was never sent. */
  credential(accessKeyId: string): Credential | undefined;
  /** For the host's side of what the server tells it. */
  secrets(host: HostResource): HostSecrets;
  /** What hosts agree on their secrets with; 32 bytes in base64. */
  readonly serverPublicKey: string;

  readonly rights: HostRights;
  readonly assignments: Assignments;
  readonly flowRecords: FlowRecordSink;
}

export interface FleetOptions {
  readonly state: State;
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly jobs: Jobs;
}

/** Ids are unique over accounts and regions, so that a call finds its host by its id. */
const INDEX_KIND = "fleet.host-id";
const FACTS_KIND = "fleet.facts";
const PRESENCE_KIND = "fleet.presence";
const SERVER_KEY = { kind: "fleet.server-key", account: "", region: "", key: "x25519" };

const indexRef = (id: string) => ({ kind: INDEX_KIND, account: "", region: "", key: id });
const factsRef = ({ account, region }: Scope, id: string) => ({ kind: FACTS_KIND, account, region, key: id });
const presenceRef = ({ account, region }: Scope, id: string) => ({ kind: PRESENCE_KIND, account, region, key: id });

/** Heartbeats are not worth a write each; a crash forgets so much of them. */
const FLUSH_MS = 60_000;
/** Agents speak at least once a minute; five silent minutes are `ConnectionLost` (Systems Manager user guide). */
export const CONNECTION_LOST_MS = 300_000;
/** Deriving a secret takes 0.1 ms; those of hosts that called lately are kept. */
const MAX_SECRETS = 10_000;

export async function openFleet({ state, box, clock, jobs }: FleetOptions): Promise<Fleet> {
  const server = await openServerKey(state, box);
  const secretsOf = new Map<string, { readonly publicKey: string; readonly secrets: HostSecrets }>();
  const presences = new Map<string, { readonly scope: Scope; readonly id: string; readonly presence: Presence }>();
  const unwritten = new Set<string>();

  const find: Fleet["find"] = (scope, id) => state.get<Host>(hostRef(scope, id));
  const presence: Fleet["presence"] = (scope, id) =>
    presences.get(id)?.presence ?? state.get<Presence>(presenceRef(scope, id))?.document;
  const secrets = ({ ref, document: { publicKey } }: HostResource): HostSecrets => {
    const known = secretsOf.get(ref.key);
    if (known?.publicKey === publicKey) return known.secrets;
    const made = hostSecrets(server.privateKey, publicKey, { host: publicKey, server: server.publicKey });
    if (secretsOf.size >= MAX_SECRETS) secretsOf.clear();
    secretsOf.set(ref.key, { publicKey, secrets: made });
    return made;
  };

  jobs.every("fleet-presence", FLUSH_MS, async () => {
    const changed = [...unwritten].flatMap((id) => presences.get(id) ?? []);
    unwritten.clear();
    if (changed.length === 0) return;
    await state.commit({
      cause: { action: "job:fleet-presence" },
      // A host that was removed meanwhile must not come back.
      changes: changed
        .filter(({ scope, id }) => find(scope, id) !== undefined)
        .map(({ scope, id, presence: document }) => ({ put: presenceRef(scope, id), document, expect: "any" })),
    });
  });

  return {
    find,
    list: ({ account, region }) => state.list<Host>({ kind: HOST_KIND, account, region }),
    facts: (scope, id) => state.get<HostFacts>(factsRef(scope, id))?.document ?? NO_FACTS,
    presence,
    isOnline(scope, id) {
      const last = presence(scope, id)?.lastPingAt;
      return last !== undefined && clock.now() - last < CONNECTION_LOST_MS;
    },
    newId(prefix) {
      for (;;) {
        const id = `${prefix}-0${randomBytes(8).toString("hex")}`;
        if (state.get(indexRef(id)) === undefined) return id;
      }
    },
    async change(scope, id, cause, change) {
      for (;;) {
        const found = find(scope, id);
        if (found === undefined) return undefined;
        const put = { put: found.ref, document: change(found.document), expect: found.version } as const;
        const done = await commitUnlessRaced(state, cause, put);
        if (done) return find(scope, id);
      }
    },
    async putFacts(scope, id, facts, cause) {
      const known = state.get<HostFacts>(factsRef(scope, id));
      if (known !== undefined && JSON.stringify(known.document) === JSON.stringify(facts)) return;
      await state.commit({ cause, changes: [{ put: factsRef(scope, id), document: facts, expect: "any" }] });
    },
    seen(scope, id, document) {
      presences.set(id, { scope, id, presence: document });
      unwritten.add(id);
    },
    async remove(scope, id, cause) {
      presences.delete(id);
      unwritten.delete(id);
      secretsOf.delete(id);
      await state.commit({
        cause,
        changes: [
          { remove: hostRef(scope, id), expect: "any" },
          { remove: factsRef(scope, id), expect: "any" },
          { remove: presenceRef(scope, id), expect: "any" },
          { remove: indexRef(id), expect: "any" },
        ],
      });
    },
    credential(accessKeyId) {
      if (!HOST_ID.test(accessKeyId)) return undefined;
      const scope = state.get<Scope>(indexRef(accessKeyId))?.document;
      const host = scope === undefined ? undefined : find(scope, accessKeyId);
      if (host === undefined) return undefined;
      return {
        accessKeyId,
        secret: secrets(host).call,
        account: host.ref.account,
        principal: {
          type: "AssumedRole",
          arn: `arn:aws:sts::${host.ref.account}:assumed-role/${host.document.iamRole}/${accessKeyId}`,
          principalId: `${accessKeyId}:${accessKeyId}`,
        },
      };
    },
    secrets,
    serverPublicKey: server.publicKey,
    rights: hostRights({
      bearers({ ref }, name) {
        const hosts = state.list<Host>({ kind: HOST_KIND, account: ref.account, region: ref.region });
        const registered = hosts.filter(({ document }) => document.registeredName === name);
        const bearers =
          registered.length > 0
            ? registered
            : hosts.filter((host) => state.get<HostFacts>(factsRef(ref, host.ref.key))?.document.hostname === name);
        return bearers.map((host) => host.ref.key);
      },
    }),
    assignments: openAssignments(clock),
    flowRecords: flowRecordSink(),
  };
}

/** The changes that bring a host to be, for the commit that also counts its registration. */
export const newHostChanges = (scope: Scope, id: string, host: Host) =>
  [
    { put: hostRef(scope, id), document: host, expect: "absent" },
    { put: indexRef(id), document: { account: scope.account, region: scope.region }, expect: "absent" },
  ] as const;

async function commitUnlessRaced(state: State, cause: Cause, change: Change): Promise<boolean> {
  try {
    await state.commit({ cause, changes: [change] });
    return true;
  } catch (error) {
    if (error instanceof VersionConflict) return false;
    throw error;
  }
}

/** The server's key pair, made at the first start; its private part is sealed with the root key. */
async function openServerKey(state: State, box: SecretBox): Promise<{ publicKey: string; privateKey: string }> {
  const known = state.get<{ publicKey: string; sealed: string }>(SERVER_KEY)?.document;
  if (known !== undefined)
    return { publicKey: known.publicKey, privateKey: box.open(known.sealed, "fleet.server-key") };
  const pair = newHostKeyPair();
  await state.commit({
    cause: { action: "start:CreateFleetKey" },
    changes: [
      {
        put: SERVER_KEY,
        document: { publicKey: pair.publicKey, sealed: box.seal(pair.privateKey, "fleet.server-key") },
        expect: "absent",
      },
    ],
  });
  return pair;
}
