// A Nephoscope server in a process of its own, with its data in the directory: `node house.ts DIRECTORY`. Prints its endpoint
// and its first key as JSON, and ends with SIGTERM.
import { readSettings, startServer } from "@nephoscope/server";

const [directory = ""] = process.argv.slice(2);
const settings = readSettings({ env: { NEPHOSCOPE_DATA: directory, NEPHOSCOPE_LISTEN: "127.0.0.1:0" } });
const server = await startServer(settings, { log: () => {} });
console.log(JSON.stringify({ endpoint: server.endpoint, key: server.firstKey }));
process.on("SIGTERM", () => void server.close());
