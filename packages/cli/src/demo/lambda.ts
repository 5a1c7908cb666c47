import { officeHours, spread } from "./day.ts";
import type { Dice } from "./dice.ts";
import type { SampleEvent, Source } from "./source.ts";

const MEMORY_MB = 512;
/** An environment of a function lives about this many invocations in the sample. */
const INVOCATIONS_PER_STREAM = 400;
const LINES_PER_INVOCATION = 4;

/** A function's log: START, its own output, END and REPORT of each invocation; a stream per environment. */
export const lambda: Source = {
  name: "function log",
  group: "/aws/lambda/TestLogs",
  share: 14,
  *generate(day, dice, count) {
    let stream = "";
    let left = 0;
    const last = day.end - 1;
    for (const time of spread(day, Math.round(count / LINES_PER_INVOCATION), officeHours, dice)) {
      const cold = left === 0;
      if (cold) {
        stream = `${new Date(time).toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${dice.hex(32)}`;
        left = dice.between(INVOCATIONS_PER_STREAM / 2, INVOCATIONS_PER_STREAM * 1.5);
      }
      left--;
      for (const event of invocation(dice, stream, time, cold))
        yield { ...event, timestamp: Math.min(event.timestamp, last) };
    }
  },
};

function* invocation(dice: Dice, stream: string, time: number, cold: boolean): Generator<SampleEvent> {
  const id = dice.uuid();
  const fails = dice.chance(0.008);
  const duration = fails ? 3000 : dice.longTailed(71, 0.5);
  const end = Math.round(time + duration);
  const event = (timestamp: number, message: string) => ({ stream, timestamp, message });
  yield event(time, `START RequestId: ${id} Version: $LATEST\n`);
  yield event(
    time + 1,
    fails
      ? `${new Date(end).toISOString()} ${id} Task timed out after 3.00 seconds\n\n`
      : dice.pickWeighted([
          [85, "hello world\n"],
          [10, `hello world, order ${dice.between(1000, 9999)}\n`],
          [5, "[WARNING] slow answer of the price service, trying again\n"],
        ]),
  );
  yield event(end, `END RequestId: ${id}\n`);
  const used = dice.pick([88, 89, 90, 90, 90, 91, 94]);
  const parts = [
    `REPORT RequestId: ${id}`,
    `Duration: ${duration.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(duration)} ms`,
    `Memory Size: ${MEMORY_MB} MB`,
    `Max Memory Used: ${used} MB`,
  ];
  if (cold) parts.push(`Init Duration: ${dice.longTailed(160, 0.2).toFixed(2)} ms`);
  yield event(end, `${parts.join("\t")}\t\n`);
}
