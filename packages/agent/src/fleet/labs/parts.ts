import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Machine } from "./machine.ts";

/** Programs that the parts need, with Debian's packages: for `whyNoMachines`. */
export const APACHE = { "/usr/sbin/apache2": "apache2" } as const;
export const SYSLOG = {
  "/usr/sbin/rsyslogd": "rsyslog",
  "/usr/bin/su": "util-linux",
  "/usr/sbin/useradd": "passwd",
} as const;
export const SSH = { "/usr/sbin/sshd": "openssh-server", "/usr/bin/ssh": "openssh-client" } as const;
export const MARIADB = {
  "/usr/sbin/mariadbd": "mariadb-server",
  "/usr/bin/mariadb-install-db": "mariadb-server",
} as const;

const TRY_MS = 100;

/** Looks again and again until there is something, for a minute unless told otherwise. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = 60,
): Promise<T> {
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`this did not come in ${seconds} s: ${what}`);
    await delay(TRY_MS);
  }
}

const isThere = async (machine: Machine, test: string) => (await machine.end("", "sh", "-c", test)).code === 0;

/** A web server on port 80 with `/index.html`, its logs where Red Hat's package has them. */
export async function startApache(machine: Machine): Promise<void> {
  const modules = "/usr/lib/apache2/modules";
  const wanted = ["mpm_event", "authz_core", "log_config", "dir"];
  const load = [];
  for (const name of wanted)
    if (await isThere(machine, `test -e ${modules}/mod_${name}.so`))
      load.push(`LoadModule ${name}_module ${modules}/mod_${name}.so`);
  await machine.write("/var/www/lab/index.html", "<h1>It works</h1>\n");
  await machine.write("/var/log/httpd/.keep", "");
  await machine.write(
    "/etc/lab-httpd.conf",
    [
      'ServerRoot "/etc"',
      `ServerName ${machine.name}`,
      "PidFile /run/httpd.pid",
      "Mutex file:/run",
      "Listen 80",
      ...load,
      "User www-data",
      "Group www-data",
      'DocumentRoot "/var/www/lab"',
      '<Directory "/var/www/lab">',
      "Require all granted",
      "</Directory>",
      "LogLevel info",
      "ErrorLog /var/log/httpd/error_log",
      'LogFormat "%h %l %u %t \\"%r\\" %>s %b" common',
      "CustomLog /var/log/httpd/access_log common",
      "",
    ].join("\n"),
  );
  await machine.run("apache2", "-f", "/etc/lab-httpd.conf", "-k", "start");
  await eventually("a running httpd", () => isThere(machine, "test -s /run/httpd.pid"));
}

/** The system's log; what is about people who sign in is in `/var/log/secure`, as with Red Hat. */
export async function startSyslog(machine: Machine): Promise<void> {
  await machine.write(
    "/etc/lab-rsyslog.conf",
    [
      'global(workDirectory="/var/lib")',
      'module(load="imuxsock")',
      'module(load="builtin:omfile" Template="RSYSLOG_TraditionalFileFormat")',
      "auth,authpriv.* /var/log/secure",
      "",
    ].join("\n"),
  );
  machine.start("rsyslogd", "-n", "-f", "/etc/lab-rsyslog.conf", "-i", "/run/rsyslogd.pid");
  await eventually("the system's log", () => isThere(machine, "test -S /dev/log"));
}

/** A user with a password, as people have it. */
export async function addUser(machine: Machine, name: string, password: string): Promise<void> {
  await machine.run("useradd", "--create-home", "--shell", "/bin/bash", name);
  const { code, errorOutput } = await machine.end(`${name}:${password}\n`, "chpasswd");
  if (code !== 0) throw new Error(`the password of ${name} could not be set: ${errorOutput}`);
}

/** Signing in by password, on port 22. */
export async function startSshd(machine: Machine): Promise<void> {
  await machine.run("sh", "-c", "mkdir -p /run/sshd && ssh-keygen -A");
  await machine.write(
    "/etc/lab-sshd.conf",
    [
      "Port 22",
      "UsePAM yes",
      "PasswordAuthentication yes",
      "KbdInteractiveAuthentication no",
      "LogLevel INFO",
      "",
    ].join("\n"),
  );
  await machine.run("/usr/sbin/sshd", "-f", "/etc/lab-sshd.conf");
}

/** Tries to sign in with a password; gives whether that worked. */
export async function signIn(from: Machine, user: string, address: string, password: string): Promise<boolean> {
  // The client asks a program for the password where there is nobody to ask.
  await from.write("/run/askpass", `#!/bin/sh\necho '${password}'\n`);
  await from.run("chmod", "755", "/run/askpass");
  const options = [
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "NumberOfPasswordPrompts=1",
    "PreferredAuthentications=password",
    "ConnectTimeout=20",
  ];
  const { code } = await from.end(
    "",
    "env",
    ...["SSH_ASKPASS=/run/askpass", "SSH_ASKPASS_REQUIRE=force", "ssh", "-F", "/dev/null"],
    ...options.flatMap((option) => ["-o", option]),
    ...[`${user}@${address}`, "true"],
  );
  return code === 0;
}

/** As a user at a terminal: tries to become another with a wrong password. */
export async function failToBecome(machine: Machine, user: string, other: string): Promise<void> {
  const words = ["-u", user, "--", "script", "--quiet", "--return", "--command", `su ${other} -c true`, "/dev/null"];
  const child = machine.start("runuser", ...words);
  let said = "";
  let answered = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    // What is typed before the question is thrown away.
    if (answered || !said.includes("assword:")) return;
    answered = true;
    child.stdin.write("not the password\n");
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code === 0 || !answered) throw new Error(`su ${other} as ${user} ended with ${code}: ${said}`);
}

export interface Database {
  /** Stops the server and starts it anew, as an owner's restart command does. */
  readonly restart: readonly string[];
  /** Runs a statement as the administrator. */
  query(statement: string): Promise<string>;
}

const hash = (text: string) => createHash("sha1").update(text).digest("hex").slice(0, 8);

/** MariaDB on port 3306, with the logs that are turned on in `settings` in `/var/log/mysql`. */
export async function startMariaDb(machine: Machine, settings: readonly string[] = []): Promise<Database> {
  const data = `/var/lib/mysql-${hash(machine.name)}`;
  await machine.run("sh", "-c", `mkdir -p /var/log/mysql /run/mysqld && chown mysql:mysql /var/log/mysql /run/mysqld`);
  await machine.run("mariadb-install-db", "--no-defaults", "--user=mysql", `--datadir=${data}`, "--skip-test-db");
  await machine.write(
    "/etc/lab-mariadb.cnf",
    [
      "[mariadbd]",
      "user=mysql",
      `datadir=${data}`,
      "socket=/run/mysqld/mysqld.sock",
      "pid-file=/run/mysqld/mysqld.pid",
      "port=3306",
      // Nobody on a walkthrough's network knows names of addresses.
      "skip-name-resolve",
      "log-error=/var/log/mysql/error.log",
      "log-warnings=2",
      ...settings,
      "",
    ].join("\n"),
  );
  await machine.write(
    "/etc/restart-database",
    `#!/bin/sh
pid=$(cat /run/mysqld/mysqld.pid 2>/dev/null)
if [ -n "$pid" ]; then kill "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done; fi
setsid mariadbd --defaults-file=/etc/lab-mariadb.cnf >/dev/null 2>&1 </dev/null &
for try in $(seq 600); do mariadb-admin --no-defaults --socket=/run/mysqld/mysqld.sock ping >/dev/null 2>&1 && exit 0; sleep 0.1; done
echo "mariadbd did not start" >&2
exit 1
`,
  );
  await machine.run("chmod", "755", "/etc/restart-database");
  await machine.run("/etc/restart-database");
  return {
    restart: ["/etc/restart-database"],
    query: (statement) =>
      machine.run("mariadb", "--no-defaults", "--socket=/run/mysqld/mysqld.sock", "-N", "-e", statement),
  };
}
