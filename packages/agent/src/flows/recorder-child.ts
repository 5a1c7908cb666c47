/**
 * Runs a recorder in the namespace that it is started in. Reads commands line by line, and prints what is recorded as JSON. Words: names of
 * interfaces, with their intervals in seconds after a colon if they are not a minute.
 */
import { createInterface } from "node:readline";
import { NatMeter } from "./nat-meter.ts";
import { FlowRecorder, type RecordedInterface } from "./recorder.ts";

const print = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
const meter = new NatMeter();
let ahead = 0;
const recorder = new FlowRecorder({
  now: () => Date.now() + ahead,
  deliver: (batches) => print({ batches }),
  nat: meter,
  log: (level, message, fields) => print({ level, message, fields }),
});
await recorder.start();
const interfaces: RecordedInterface[] = process.argv.slice(2).map((word, index) => {
  const [name = "", intervals = "60"] = word.split(":");
  return { id: `eni-${String(index).padStart(17, "0")}`, name, intervals: intervals.split(",").map(Number) };
});
recorder.cover(interfaces);
print({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  // Puts the recorder's clock forward by so many seconds.
  if (line.startsWith("ahead ")) {
    ahead += Number(line.slice("ahead ".length)) * 1_000;
    print({ moved: true });
  }
  if (line === "look") {
    await recorder.look();
    print({ looked: true, connections: recorder.connections, rss: process.memoryUsage().rss });
  }
  if (line === "nat") print({ nat: meter.read(recorder.translated) });
  if (line === "stop") {
    await recorder.stop();
    print({ stopped: true });
    break;
  }
}
