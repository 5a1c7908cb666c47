import { spread, steady } from "./day.ts";
import type { Dice } from "./dice.ts";
import { BASTION, DATABASE, type Host, strangers, WEB } from "./fleet.ts";
import type { SampleEvent, Source } from "./source.ts";

const GUESSED_USERS = ["root", "admin", "test", "ubuntu", "oracle", "postgres", "git", "user", "pi", "ftpuser"];
const PEOPLE = ["ec2-user", "dylan", "maria", "deploy"];
const SECOND = 1000;

/** The authentication log (`/var/log/secure`) of hosts: guessed passwords, sessions, and people failing at `su`. */
export const auth: Source = {
  name: "authentication log",
  group: "SSHLogGroup",
  share: 5,
  *generate(day, dice, count) {
    const attackers = strangers(dice, 40);
    const last = day.end - 1;
    let written = 0;
    // An episode has some four lines; the loop ends when the count is reached.
    for (const time of spread(day, Math.ceil(count / 3), steady, dice)) {
      const episode = dice.pickWeighted([
        [70, () => guess(dice, time, dice.pickSkewed(attackers))],
        [24, () => session(dice, time)],
        [3, () => failedSu(dice, time)],
        [3, () => sudo(dice, time)],
      ] as const);
      for (const event of episode()) {
        if (written >= count) return;
        yield { ...event, timestamp: Math.min(event.timestamp, last) };
        written++;
      }
    }
  },
};

function* guess(dice: Dice, time: number, from: string): Generator<SampleEvent> {
  const host = dice.pick([BASTION, ...WEB]);
  const sshd = `sshd[${dice.between(2000, 32000)}]:`;
  const user = dice.pickSkewed(GUESSED_USERS, 2);
  const port = dice.between(32768, 60999);
  const known = user === "root";
  if (!known) yield line(host, time, `${sshd} Invalid user ${user} from ${from} port ${port}`);
  yield line(
    host,
    time + SECOND,
    `${sshd} pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${from}${known ? "  user=root" : " "}`,
  );
  yield line(
    host,
    time + 3 * SECOND,
    `${sshd} Failed password for ${known ? "" : "invalid user "}${user} from ${from} port ${port} ssh2`,
  );
  yield line(
    host,
    time + 4 * SECOND,
    `${sshd} Connection closed by ${known ? "authenticating" : "invalid"} user ${user} ${from} port ${port} [preauth]`,
  );
}

function* session(dice: Dice, time: number): Generator<SampleEvent> {
  const host = dice.pick([BASTION, DATABASE, ...WEB]);
  const sshd = `sshd[${dice.between(2000, 32000)}]:`;
  const user = dice.pickSkewed(PEOPLE, 2);
  const from = `10.0.0.${dice.between(4, 9)}`;
  const port = dice.between(32768, 60999);
  const key = dice.pick(["kQ3v0Zb1nY7c", "Xw9LmT2rPq5s", "f8HdJ6uKe4Ra"]);
  yield line(
    host,
    time,
    `${sshd} Accepted publickey for ${user} from ${from} port ${port} ssh2: ED25519 SHA256:${key}`,
  );
  yield line(host, time, `${sshd} pam_unix(sshd:session): session opened for user ${user}(uid=1000) by (uid=0)`);
  yield line(
    host,
    time + dice.between(20, 900) * SECOND,
    `${sshd} pam_unix(sshd:session): session closed for user ${user}`,
  );
}

/** Somebody tries a password four times, as in the walk-through of the database server. */
function* failedSu(dice: Dice, time: number): Generator<SampleEvent> {
  const tty = `pts/${dice.between(0, 2)}`;
  for (let n = 0; n < 4; n++) {
    yield line(
      DATABASE,
      time + n * 5 * SECOND,
      `su: pam_unix(su:auth): authentication failure; logname= uid=1000 euid=0 tty=${tty} ruser=ec2-user rhost=  user=dbdev`,
    );
  }
}

function* sudo(dice: Dice, time: number): Generator<SampleEvent> {
  const host = dice.pick([DATABASE, ...WEB]);
  const command = dice.pick([
    "/usr/bin/systemctl restart httpd",
    "/usr/bin/dnf check-update",
    "/usr/bin/tail /var/log/httpd/error_log",
  ]);
  yield line(host, time, `sudo: ec2-user : TTY=pts/0 ; PWD=/home/ec2-user ; USER=root ; COMMAND=${command}`);
}

function line(host: Host, timestamp: number, text: string): SampleEvent {
  const [, day = "", month, , clock] = new Date(timestamp).toUTCString().split(" ");
  const message = `${month} ${String(Number(day)).padStart(2)} ${clock} ${host.name} ${text}`;
  return { stream: `${host.instance}/ssh.log`, timestamp, message };
}
