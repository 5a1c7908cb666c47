import { readSettings, startServer } from "@nephoscope/server";

/**
 * The server in a process of its own, so that a crash is seen and its memory can be told from the test's. Settings come
 * from the environment as they do for users; what only a test may change (small limits) comes in `HOSTILE_LIMITS`.
 */
export type Order = { readonly ask: "memory" } | { readonly ask: "close" };
export type Report =
  | { readonly said: "ready"; readonly endpoint: string; readonly enginePid: number | undefined }
  | { readonly said: "memory"; readonly rss: number; readonly heapUsed: number; readonly handles: number }
  | { readonly said: "closed" };

const tell = (report: Report) => process.send?.(report);

/** A first start with another administrator leaves a second account behind, whose data nobody else may see. */
const neighbour = process.env.HOSTILE_NEIGHBOUR;
if (neighbour !== undefined) {
  const [accountId = "", keyId = "", secret = ""] = neighbour.split(" ");
  const env = {
    ...process.env,
    NEPHOSCOPE_ACCOUNT_ID: accountId,
    NEPHOSCOPE_ADMIN_KEY_ID: keyId,
    NEPHOSCOPE_ADMIN_SECRET: secret,
  };
  const first = await startServer(readSettings({ env }));
  await first.close();
}

const server = await startServer(readSettings({ env: process.env }), {
  limits: JSON.parse(process.env.HOSTILE_LIMITS ?? "{}"),
});

process.on("message", (order: Order) => {
  if (order.ask === "memory") {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    tell({ said: "memory", rss, heapUsed, handles: process.getActiveResourcesInfo().length });
  } else {
    void server.close().then(() => {
      tell({ said: "closed" });
      process.disconnect();
    });
  }
});
process.on("disconnect", () => process.exit());
tell({ said: "ready", endpoint: server.endpoint, enginePid: server.enginePid() });
