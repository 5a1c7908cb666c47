import assert from "node:assert/strict";
import { test } from "node:test";
import { openNamespaces, whyNoNamespaces } from "../flows/namespaces.ts";
import { packetFilterRules } from "./packet-filter-rules.ts";

const skip = whyNoNamespaces() ?? false;

test("each rule of each chain is an entry, in order; sets, counters and our own table are none", { skip }, (t) => {
  const space = openNamespaces(t).make("f");
  space.nft(`
table inet owner {
  set bad {
    type ipv4_addr
    elements = { 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5, 192.0.2.6 }
  }
  counter seen {
  }
  chain in {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    ip saddr @bad drop
    tcp dport { 22, 80 } counter accept
    tcp dport vmap { 443 : accept, 23 : drop }
  }
  chain other {
    udp dport 53 accept
  }
}
table ip nat {
  chain post {
    type nat hook postrouting priority 100;
    oifname "eth0" masquerade
  }
}
table inet nephoscope_flows {
  chain early {
    tcp dport 1 drop
  }
}
`);
  const rules = packetFilterRules(space.run("nft", "list", "ruleset"));
  assert.deepEqual(
    rules.map(({ Family, Table, Chain, Hook, Rule }) => [Family, Table, Chain, Hook, Rule].join(" | ")),
    [
      "inet | owner | in | input | policy drop",
      "inet | owner | in | input | ct state established,related accept",
      "inet | owner | in | input | ip saddr @bad drop",
      "inet | owner | in | input | tcp dport { 22, 80 } counter accept",
      "inet | owner | in | input | tcp dport vmap { 23 : drop, 443 : accept }",
      "inet | owner | other |  | udp dport 53 accept",
      "ip | nat | post | postrouting | policy accept",
      'ip | nat | post | postrouting | oifname "eth0" masquerade',
    ],
  );
  assert.deepEqual(packetFilterRules(""), []);
});
