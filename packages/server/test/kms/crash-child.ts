/** A server of KMS that a test kills: `node crash-child.ts DIRECTORY START` prints its endpoint, and goes on in time for each line that it reads. */
import { createInterface } from "node:readline";
import { serveKms } from "./house.ts";

const [, , data, startMs] = process.argv;
if (data === undefined || startMs === undefined) throw new Error("give the data directory and the time of the start");
const { endpoint, clock } = await serveKms(data, Number(startMs));
process.stdout.write(`${endpoint}\n`);
createInterface({ input: process.stdin }).on("line", (milliseconds) => void clock.advance(Number(milliseconds)));
