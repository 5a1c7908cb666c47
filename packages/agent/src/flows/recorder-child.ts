/** Runs a recorder in the namespace that it is started in. Reads commands line by line, and prints what is recorded as JSON. */
import { createInterface } from "node:readline";
import { NatMeter } from "./nat-meter.ts";
import { FlowRecorder, type RecordedInterface } from "./recorder.ts";

const print = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
const meter = new NatMeter();
const recorder = new FlowRecorder({
  now: () => Date.now(),
  deliver: (batches) => print({ batches }),
  nat: meter,
  log: (level, message, fields) => print({ level, message, fields }),
});
await recorder.start();
const interfaces: RecordedInterface[] = process.argv.slice(2).map((name, index) => ({
  id: `eni-${String(index).padStart(17, "0")}`,
  name,
  intervals: [60],
}));
recorder.cover(interfaces);
print({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
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
