import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import PostalMime, { type Email } from "postal-mime";
import { freePort } from "../crash/server-process.ts";

const POSTFIX = "/usr/sbin/postfix";

/** Why there is no postfix to test with, or undefined. */
export function postfixMissing(): string | undefined {
  if (!existsSync(POSTFIX)) return "postfix is not installed (Debian: apt-get install postfix)";
  return process.getuid?.() === 0 ? undefined : "postfix can only be started by root";
}

/**
 * A postfix with a configuration of its own that takes every mail for example.org into one folder and refuses all others; nothing
 * can leave it.
 */
export async function startPostfix(t: TestContext): Promise<{ url: string; mails(): Promise<Email[]> }> {
  const root = mkdtempSync(join(tmpdir(), "nephoscope-postfix-"));
  const at = (name: string) => join(root, name);
  // Its parts run under users of their own, which have to get in.
  chmodSync(root, 0o755);
  const port = await freePort();
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "postfix"], { encoding: "utf8" }));
  const owner = { uid: idOf("-u"), gid: idOf("-g") };
  for (const folder of ["config", "queue", "data", "mail"]) mkdirSync(at(folder));
  for (const folder of ["data", "mail"]) chownSync(at(folder), owner.uid, owner.gid);
  writeFileSync(
    at("config/main.cf"),
    Object.entries({
      compatibility_level: "3.6",
      queue_directory: at("queue"),
      data_directory: at("data"),
      command_directory: "/usr/sbin",
      daemon_directory: "/usr/lib/postfix/sbin",
      mail_owner: "postfix",
      setgid_group: "postdrop",
      myhostname: "mail.example.org",
      mydestination: "",
      mynetworks: "127.0.0.0/8",
      inet_interfaces: "127.0.0.1",
      inet_protocols: "ipv4",
      virtual_mailbox_domains: "example.org",
      virtual_mailbox_base: at("mail"),
      virtual_mailbox_maps: "static:inbox/",
      virtual_minimum_uid: String(Math.min(owner.uid, 100)),
      virtual_uid_maps: `static:${owner.uid}`,
      virtual_gid_maps: `static:${owner.gid}`,
      smtpd_relay_restrictions: "reject_unauth_destination",
      default_transport: "error:nothing leaves a test",
      relay_transport: "error:nothing leaves a test",
      alias_maps: "",
      alias_database: "",
    })
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(""),
  );
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    "pickup unix n - n 60 1 pickup",
    "cleanup unix n - n - 0 cleanup",
    "qmgr unix n - n 300 1 qmgr",
    "rewrite unix - - n - - trivial-rewrite",
    ...["bounce", "defer", "trace"].map((name) => `${name} unix - - n - 0 bounce`),
    "proxymap unix - - n - - proxymap",
    "error unix - - n - - error",
    "retry unix - - n - - error",
    "virtual unix - n n - - virtual",
    "anvil unix - - n - 1 anvil",
  ];
  writeFileSync(at("config/master.cf"), `${services.join("\n")}\n`);
  const control = (command: string) => execFileSync(POSTFIX, ["-c", at("config"), command], { stdio: "pipe" });
  control("start");
  t.after(() => {
    control("stop");
    rmSync(root, { recursive: true, force: true });
  });
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails() {
      const inbox = at("mail/inbox/new");
      const files = existsSync(inbox) ? readdirSync(inbox).sort() : [];
      return Promise.all(files.map((file) => PostalMime.parse(readFileSync(join(inbox, file)))));
    },
  };
}
