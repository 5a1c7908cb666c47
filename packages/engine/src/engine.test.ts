import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectEngine } from "./cluster.ts";
import { startEngine } from "./embedded.ts";
import { engineSuite } from "./engine.suite.ts";

async function embedded() {
  const dataDir = await mkdtemp(join(tmpdir(), "engine-"));
  const engine = await startEngine({ dataDir, log: () => {} });
  return {
    engine,
    async close() {
      await engine.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

engineSuite("the embedded engine", embedded);

// There is no ClickHouse server where these tests run. What stands behind the plain address is the HTTP door of a second embedded
// engine: this proves the client's way through a URL with a user and a password, and not that a cluster behaves like the door.
engineSuite("an engine behind a plain ClickHouse address", async () => {
  const server = await embedded();
  const { protocol, host, username, password } = new URL(server.engine.url);
  const engine = connectEngine({ url: `${protocol}//${host}`, user: username, password });
  return {
    engine,
    async close() {
      await engine.close();
      await server.close();
    },
  };
});
