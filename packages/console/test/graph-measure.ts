// Measures what tests must not assert: how long a graph of 100 lines with 1,440 points each takes to be drawn and painted, and how
// smoothly it is moved. `node graph-measure.ts`
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { KEY, openPage, REGION, startConsole, theBrowser } from "./browser.ts";

const LINES = 100;
const POINTS = 1_440;
const closers: (() => Promise<void>)[] = [];
const ending = { after: (close: () => Promise<void>) => closers.push(close) };
const server = await startConsole(ending);
const monitoring = new CloudWatchClient({ endpoint: server.endpoint, region: REGION, credentials: KEY });
const now = Math.floor(Date.now() / 60_000) * 60_000;
for (let line = 0; line < LINES; line++)
  for (const from of [0, POINTS / 2])
    await monitoring.send(
      new PutMetricDataCommand({
        Namespace: "Load",
        MetricData: Array.from({ length: POINTS / 2 }, (_, minute) => ({
          MetricName: `m${line}`,
          Timestamp: new Date(now - (from + minute + 1) * 60_000),
          Value: 100 * line + 50 * Math.sin((from + minute) / 30 + line) + 40 * Math.random(),
        })),
      }),
    );
const { page, go } = await openPage(ending, server, { width: 1280, height: 900 });
const graph = { metrics: Array.from({ length: LINES }, (_, index) => ["Load", `m${index}`]), period: 60 };
await go(`/metrics?range=1d&graph=${encodeURIComponent(JSON.stringify(graph))}`);
await page.getByRole("button", { name: `m${LINES - 1}`, exact: true }).waitFor();
await page.waitForFunction(() => performance.getEntriesByName("nephoscope chart").length > 0);

/** From a press to the end of the frame that shows what it did: React's work, drawing and the browser's paint. */
const presses = await page.evaluate(
  async (name) => {
    const button = [...document.querySelectorAll<HTMLButtonElement>(".line-chart-legend button")].find(
      ({ textContent }) => textContent === name,
    );
    if (button === undefined) throw new Error("There is no such line.");
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const times: number[] = [];
    for (let press = 0; press < 12; press++) {
      await frame();
      const began = performance.now();
      button.click();
      await frame();
      // A task behind the frame runs when it has been painted.
      await new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(0);
      });
      times.push(performance.now() - began);
    }
    return times;
  },
  `m${LINES - 1}`,
);
const draws = await page.evaluate(() =>
  performance.getEntriesByName("nephoscope chart").map(({ duration }) => duration),
);
const told = (times: readonly number[]) => {
  const sorted = [...times].sort((a, b) => a - b);
  return `median ${Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)} ms, most ${Math.round(sorted.at(-1) ?? 0)} ms of ${sorted.length}`;
};
console.log(`drawing alone: ${told(draws)}`);
console.log(`from a press to its painted frame: ${told(presses)}`);

/** Moving with Shift and the pointer, one step in each frame. */
const moved = await page.evaluate(async () => {
  const plot = document.querySelector(".line-chart-plot");
  if (plot === null) throw new Error("There is no graph.");
  plot.setPointerCapture = () => {};
  const box = plot.getBoundingClientRect();
  const at = (type: string, x: number) =>
    plot.dispatchEvent(
      new PointerEvent(type, {
        bubbles: true,
        button: 0,
        pointerId: 1,
        shiftKey: true,
        clientX: box.left + x,
        clientY: box.top + 100,
      }),
    );
  at("pointerdown", 300);
  const frames: number[] = [];
  const end = performance.now() + 4_000;
  await new Promise<void>((resolve) => {
    let step = 0;
    const frame = (time: number) => {
      frames.push(time);
      step++;
      at("pointermove", 300 + 200 * Math.abs(Math.sin(step / 60)));
      if (time < end) requestAnimationFrame(frame);
      else resolve();
    };
    requestAnimationFrame(frame);
  });
  at("pointerup", 300);
  return frames.slice(1).map((time, index) => time - (frames[index] ?? 0));
});
const length = moved.reduce((sum, each) => sum + each, 0);
console.log(`moved: ${Math.round((1_000 * moved.length) / length)} frames per second, ${told(moved)} between them`);
for (const close of closers.reverse()) await close();
await (await theBrowser()).close();
