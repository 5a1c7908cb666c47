import { existsSync, readdirSync } from "node:fs";
import type { Machine } from "./machine.ts";
import type { Database } from "./parts.ts";

const VERSIONS = "/usr/lib/postgresql";

/** The programs of the newest PostgreSQL that Debian's packages brought; undefined when there is none. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  return versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => `${VERSIONS}/${version}/bin`)
    .find((folder) => existsSync(`${folder}/postgres`));
}

export const NO_POSTGRES = "PostgreSQL is missing: apt-get install postgresql";

const DATA = "/var/lib/postgresql/15/main";

/** PostgreSQL on port 5432, with its log in `/var/log/postgresql`; statements of 100 ms and more are in it. */
export async function startPostgres(machine: Machine, programs: string): Promise<Database> {
  const asPostgres = (...words: string[]) => machine.run("runuser", "-u", "postgres", "--", ...words);
  const folders = "/var/log/postgresql /var/lib/postgresql/15 /run/postgresql";
  await machine.run("sh", "-c", `rm -rf ${DATA} && mkdir -p ${folders} && chown -R postgres:postgres ${folders}`);
  await asPostgres(`${programs}/initdb`, "--auth=trust", "--no-sync", "-D", DATA);
  const settings = [
    "listen_addresses = '*'",
    "unix_socket_directories = '/run/postgresql'",
    "logging_collector = on",
    "log_directory = '/var/log/postgresql'",
    "log_filename = 'postgresql-%Y-%m-%d.log'",
    "log_line_prefix = '%m [%p] %q%u@%d '",
    "log_min_duration_statement = 100",
    "log_connections = on",
    "fsync = off",
    "",
  ];
  await machine.write("/etc/lab-postgres.conf", settings.join("\n"));
  await machine.run("sh", "-c", `cat /etc/lab-postgres.conf >> ${DATA}/postgresql.conf`);
  const control = [
    "runuser",
    "-u",
    "postgres",
    "--",
    `${programs}/pg_ctl`,
    "-D",
    DATA,
    "-w",
    "-l",
    "/dev/null",
  ] as const;
  await machine.run(...control, "start");
  return {
    restart: [...control, "restart", "-m", "fast"],
    query: (statement) =>
      machine.run(
        "runuser",
        "-u",
        "postgres",
        "--",
        `${programs}/psql`,
        "-h",
        "/run/postgresql",
        "-At",
        "-c",
        statement,
      ),
  };
}

/** Upgrades an empty cluster with `pg_upgrade`, and keeps what it wrote of that. */
export async function upgradeCluster(machine: Machine, programs: string): Promise<void> {
  const [before, after] = ["/var/lib/postgresql/14/main", "/var/lib/postgresql/16/main"];
  const script = `
    set -e
    mkdir -p /var/lib/postgresql/14 /var/lib/postgresql/16
    cd /var/lib/postgresql/16
    for data in ${before} ${after}; do ${programs}/initdb --auth=trust --no-sync -D $data; done
    ${programs}/pg_upgrade --retain -b ${programs} -B ${programs} -d ${before} -D ${after} -s /run/postgresql -p 5901 -P 5902
  `;
  await machine.run("runuser", "-u", "postgres", "--", "sh", "-c", script);
}
