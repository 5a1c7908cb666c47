import assert from "node:assert/strict";
import { test } from "node:test";
import { fillPlaceholders, type HostIdentity } from "./host-identity.ts";

const HOST: HostIdentity = {
  instanceId: "i-0123456789abcdef0",
  hostname: "web-1.example.org",
  localHostname: "web-1",
  ipAddress: "10.0.0.7",
  imageId: undefined,
  instanceType: undefined,
  autoScalingGroup: undefined,
  region: undefined,
};

test("names of streams tell which host it is; one without an id is known by its name", () => {
  const f = (text: string, expected: string, host: HostIdentity = HOST) =>
    assert.equal(fillPlaceholders(text, host, Date.parse("2026-11-21T23:59:00Z")), expected);
  f("{instance_id}/http.log", "i-0123456789abcdef0/http.log");
  f("{instance_id}/http.log", "web-1.example.org/http.log", { ...HOST, instanceId: undefined });
  f("{hostname} {local_hostname} {ip_address} {date}", "web-1.example.org web-1 10.0.0.7 2026-11-21");
  f("{something_else}", "{something_else}");
});
