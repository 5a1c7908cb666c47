import { HOST_ID, type Scope } from "../../platform/fleet/host.ts";
import type { Resource, ResourceRef, State } from "../../platform/state/state.ts";

/** A database server that runs beside an agent. It was not made here, only registered: its agent sends its log files. */
export interface Database {
  readonly engine: Engine;
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly hostId: string;
  readonly port: number;
  /** Log types whose files are sent. */
  readonly exports: readonly string[];
  /** Where log files are, by type, where they are not at the engine's usual places. */
  readonly paths: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly deletionProtection: boolean;
  /** `db-…`, which stays the same whatever else changes. */
  readonly resourceId: string;
  readonly createdAt: number;
  /** What its host has to do before it is available again; absent when nothing. */
  readonly work?: {
    readonly status: "creating" | "configuring-log-exports" | "rebooting";
    /** The host says this when it is done. */
    readonly token: string;
  };
  /** Log files as the host saw them last. */
  readonly files: readonly LogFile[];
  /** Why log files can't be sent, by type, as the host says. */
  readonly faults: Readonly<Record<string, string>>;
}

export interface LogFile {
  readonly name: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}

export type Engine = "mysql" | "mariadb" | "postgres";

interface EngineFacts {
  readonly port: number;
  /** Log types that RDS exports (RDS user guide, "Publishing database logs"), with the usual places of Debian's packages. */
  readonly logs: Readonly<Record<string, string>>;
}

export const ENGINES: Readonly<Record<Engine, EngineFacts>> = {
  mysql: {
    port: 3306,
    logs: {
      audit: "/var/lib/mysql/server_audit.log",
      error: "/var/log/mysql/error.log",
      general: "/var/log/mysql/mysql.log",
      slowquery: "/var/log/mysql/mysql-slow.log",
    },
  },
  mariadb: {
    port: 3306,
    logs: {
      audit: "/var/lib/mysql/server_audit.log",
      error: "/var/log/mysql/error.log",
      general: "/var/log/mysql/mysql.log",
      slowquery: "/var/log/mysql/mariadb-slow.log",
    },
  },
  postgres: {
    port: 5432,
    logs: {
      postgresql: "/var/log/postgresql/postgresql-*.log",
      upgrade: "/var/lib/postgresql/*/*/pg_upgrade_output.d/*/log/pg_upgrade_internal.log",
    },
  },
};

/** Tags that say what AWS's API has no member for: the host, and where log files are. */
export const HOST_TAG = "nephoscope:host";
export const PATH_TAG = "nephoscope:log:";

export const isEngine = (text: string): text is Engine => Object.hasOwn(ENGINES, text);
export const isHostId = (text: string): boolean => HOST_ID.test(text);

const KIND = "rds.db-instance";

/** Names count without their case. */
export const databaseRef = ({ account, region }: Scope, name: string): ResourceRef => ({
  kind: KIND,
  account,
  region,
  key: name.toLowerCase(),
});

export const databasesOf = (state: State, { account, region }: Scope): Resource<Database>[] =>
  state.list<Database>({ kind: KIND, account, region });

export const databaseArn = ({ ref }: Resource<Database>): string =>
  `arn:aws:rds:${ref.region}:${ref.account}:db:${ref.key}`;

export const logGroupOf = (name: string, type: string): string => `/aws/rds/instance/${name}/${type}`;

export const pathOf = ({ engine, paths }: Database, type: string): string =>
  paths[type] ?? ENGINES[engine].logs[type] ?? "";
