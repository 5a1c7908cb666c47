import assert from "node:assert/strict";
import { test } from "node:test";
import { openNamespaces, whyNoNamespaces } from "../flows/namespaces.ts";
import { acceptedTraffic, masqueradedDevices } from "./packet-filter.ts";

const skip = whyNoNamespaces() ?? false;

test("rules as nft itself tells them", { skip }, (t) => {
  const space = openNamespaces(t).make("f");
  const f = (rules: string, accepts: readonly string[], whole: boolean) => {
    space.run("nft", "flush", "ruleset");
    if (rules !== "") space.nft(rules);
    const found = acceptedTraffic(JSON.parse(space.run("nft", "-j", "list", "ruleset")));
    const shown = found.accepts.map(
      ({ protocol, fromPort, toPort, cidr }) => `${protocol} ${fromPort}-${toPort} ${cidr}`,
    );
    assert.deepEqual([shown, found.whole], [accepts, whole], rules);
  };
  const closed = (...lines: string[]) =>
    `table inet f {\n  chain in {\n    type filter hook input priority 0; policy drop;\n    ${lines.join("\n    ")}\n  }\n}\n`;
  const open = (...lines: string[]) => closed(...lines).replace("policy drop", "policy accept");
  const all = ["-1 -1--1 0.0.0.0/0", "-1 -1--1 ::/0"];
  f("", all, true);
  f(closed(), [], true);
  f(
    closed("ct state established,related accept", 'iifname "lo" accept', "tcp dport 22 accept"),
    ["tcp 22-22 0.0.0.0/0", "tcp 22-22 ::/0"],
    true,
  );
  f(
    closed("ip saddr 10.0.0.0/8 tcp dport { 80, 8000-8010 } counter accept"),
    ["tcp 80-80 10.0.0.0/8", "tcp 8000-8010 10.0.0.0/8"],
    true,
  );
  f(closed("ip saddr { 192.0.2.1, 10.1.0.0/16 } accept"), ["-1 -1--1 10.1.0.0/16", "-1 -1--1 192.0.2.1/32"], true);
  f(closed("tcp dport != 22 accept"), [], false);
  f(closed("meta skuid 0 accept"), [], false);
  f(open("tcp dport 23 drop"), all, false);
});

test("interfaces behind which a host hides others", { skip }, (t) => {
  const space = openNamespaces(t).make("n");
  const f = (rule: string, expected: readonly string[]) => {
    space.run("nft", "flush", "ruleset");
    space.nft(
      `table ip n {\n  chain post {\n    type nat hook postrouting priority 100; policy accept;\n    ${rule}\n  }\n}\n`,
    );
    assert.deepEqual(
      masqueradedDevices(JSON.parse(space.run("nft", "-j", "list", "ruleset")), ["eth0", "eth1"]),
      expected,
      rule,
    );
  };
  f('oifname "eth1" masquerade', ["eth1"]);
  f("masquerade", ["eth0", "eth1"]);
  f('oifname "eth1" snat to 192.0.2.1', ["eth1"]);
  f("accept", []);
});
