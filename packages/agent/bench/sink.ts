// Takes the agent's calls in a process of its own, as a server would: `node sink.ts count` counts events by the text that each
// begins with, `node sink.ts numbers` keeps the number that each message begins with, by log group. GET tells what came.
import { once } from "node:events";
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { Tally } from "../src/files/rotation-storm/storm.ts";

const numbers = process.argv[2] === "numbers";
const tallies = new Map<string, Tally>();
const mark = Buffer.from('{"timestamp":');
let events = 0;
let bytes = 0;

const server = createServer(async (request, response) => {
  if (request.method === "GET") {
    const groups = [...tallies].map(([group, tally]) => [group, tally.counts]);
    response.end(JSON.stringify({ events, bytes, groups: Object.fromEntries(groups) }));
    return;
  }
  const body = await buffer(request);
  bytes += body.length;
  if (!numbers) {
    // A message is longer than what is skipped here, and JSON has no such text within one.
    for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + 150)) events++;
  } else if (String(request.headers["x-amz-target"]).endsWith(".PutLogEvents")) {
    const { logGroupName, logEvents } = JSON.parse(body.toString());
    const tally = tallies.get(logGroupName) ?? new Tally();
    tallies.set(logGroupName, tally);
    for (const { message } of logEvents) tally.add(Number(message.slice(0, 9)));
    events += logEvents.length;
  }
  response.end("{}");
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
console.log(typeof address === "object" ? address?.port : "");
