import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname } from "node:os";
import { test } from "node:test";
import { collectInventory } from "./inventory.ts";

const collect = async () => {
  const items = await collectInventory({
    instanceId: "mi-00000000000000001",
    agentVersion: "1.0.0",
    now: () => Date.parse("2026-11-21T08:00:00Z"),
  });
  return new Map(items.map((item) => [item.TypeName, item]));
};

test("the inventory has all that a host is asked for", async () => {
  const items = await collect();
  assert.deepEqual(
    [...items.keys()],
    [
      "AWS:InstanceInformation",
      "AWS:Application",
      "AWS:Network",
      "Custom:PacketFilter",
      "Custom:ListeningPorts",
      "Custom:Users",
    ],
  );
  for (const { CaptureTime, ContentHash } of items.values()) {
    assert.equal(CaptureTime, "2026-11-21T08:00:00Z");
    assert.match(ContentHash, /^[0-9a-f]{32}$/);
  }
  const [about] = items.get("AWS:InstanceInformation")?.Content ?? [];
  assert.deepEqual(
    [about?.ComputerName, about?.PlatformType, about?.ResourceType, about?.InstanceId],
    [hostname(), "Linux", "ManagedInstance", "mi-00000000000000001"],
  );
  const release = readFileSync("/etc/os-release", "utf8");
  assert.ok(release.includes(`NAME="${about?.PlatformName}"`));
});

test("packages are those that dpkg has installed", { skip: !hasDpkg() && "dpkg is another system's" }, async () => {
  const packages = (await collect()).get("AWS:Application")?.Content ?? [];
  const wanted = execFileSync(
    "dpkg-query",
    ["-W", `-f=${["db:Status-Status", "Package", "Version"].map((name) => `\${${name}}`).join(" ")}\n`],
    {
      encoding: "utf8",
    },
  )
    .split("\n")
    .filter((line) => line.startsWith("installed "))
    .map((line) => line.slice("installed ".length));
  assert.deepEqual(packages.map(({ Name, Version }) => `${Name} ${Version}`).sort(), wanted.sort());
});

test("a port that something listens on, the users, and the interfaces", async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const address = server.address();
  const Port = String(typeof address === "object" && address !== null ? address.port : 0);
  const items = await collect();
  const ports = items.get("Custom:ListeningPorts")?.Content ?? [];
  assert.ok(ports.some((port) => port.Port === Port && port.Protocol === "tcp" && port.LocalAddress === "127.0.0.1"));
  const users = items.get("Custom:Users")?.Content ?? [];
  const names = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .flatMap((line) => line.split(":")[0] || []);
  assert.deepEqual(
    users.map(({ Name }) => Name),
    names,
  );
  const loopback = items.get("AWS:Network")?.Content.find(({ Name }) => Name === "lo");
  assert.match(loopback?.IPV4 ?? "", /^127\.0\.0\.1/);
});

function hasDpkg(): boolean {
  try {
    execFileSync("dpkg-query", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
