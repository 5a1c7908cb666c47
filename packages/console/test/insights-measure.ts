// Measures what tests must not assert: frames per second over 100,000 rows, and how long the editor takes for a key. `node insights-measure.ts`
import { openPage, startConsole, theBrowser } from "./browser.ts";
import { writeLines } from "./insights-data.ts";

const ROWS = 100_000;
const closers: (() => Promise<void>)[] = [];
const ending = { after: (close: () => Promise<void>) => closers.push(close) };

const server = await startConsole(ending);
const lines = Array.from(
  { length: ROWS },
  (_, index) => `198.51.100.${index % 200} - - "GET /page-${index}.html HTTP/1.1" 200 ${index}`,
);
await writeLines(server.logs, { group: "many", stream: "s" }, lines, { endMs: Date.now() - 5_000, stepMs: 10 });
const { page, go } = await openPage(ending, server, { width: 1280, height: 900 });

const asked = new URLSearchParams({ groups: "many", query: `fields @timestamp, @message, @logStream | limit ${ROWS}` });
await go(`/logs/insights?${asked}`);
const began = performance.now();
await page.getByRole("button", { name: "Run query" }).click();
await page.locator(".result-closed").first().waitFor();
const firstRows = performance.now() - began;
await page.getByText("Logs (100,000)").waitFor({ timeout: 60_000 });
console.log(
  `first rows after ${Math.round(firstRows)} ms, all ${ROWS} after ${Math.round(performance.now() - began)} ms`,
);

/** Frames of some seconds while the rows are scrolled by so many pixels in each. */
const scroll = (pixels: number, seconds: number) =>
  page.evaluate(
    async ([step = 0, length = 0]) => {
      const table = document.querySelector(".result-table");
      if (table === null) throw new Error("There is no table.");
      table.scrollTop = 0;
      const times: number[] = [];
      const end = performance.now() + 1_000 * length;
      await new Promise<void>((resolve) => {
        const frame = (now: number) => {
          times.push(now);
          table.scrollTop += step;
          if (now < end) requestAnimationFrame(frame);
          else resolve();
        };
        requestAnimationFrame(frame);
      });
      const gaps = times
        .slice(1)
        .map((time, index) => time - (times[index] ?? 0))
        .sort((a, b) => a - b);
      const blank = document.querySelectorAll(".result-closed").length === 0;
      return {
        framesPerSecond: Math.round((1_000 * gaps.length) / ((times.at(-1) ?? 0) - (times[0] ?? 0))),
        longest: Math.round(gaps.at(-1) ?? 0),
        p99: Math.round(gaps[Math.floor(gaps.length * 0.99)] ?? 0),
        scrolled: Math.round(table.scrollTop),
        blank,
      };
    },
    [pixels, seconds] as const,
  );
for (const pixels of [30, 300, 3_000]) console.log(`${pixels} pixels in a frame:`, await scroll(pixels, 5));

// Keys: from the event to the next frame, as the browser itself counts (Event Timing).
await page.evaluate(() => {
  const durations: number[] = [];
  Reflect.set(window, "durations", durations);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === "keydown") durations.push(entry.duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: false } as PerformanceObserverInit);
});
const type = async (what: string, before: string) => {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(before);
  await page.evaluate(() =>
    Reflect.set(window, "durations", Object.assign(Reflect.get(window, "durations"), { length: 0 })),
  );
  const text = "\n| filter strlen(@message) > 10 and status like /40[0-9]/ ";
  const start = performance.now();
  for (const letter of text) await page.keyboard.type(letter);
  const whole = performance.now() - start;
  const over = await page.evaluate(() => [...(Reflect.get(window, "durations") as number[])].sort((a, b) => b - a));
  console.log(
    `${what}: ${text.length} keys in ${Math.round(whole)} ms (with the driver); keys that took more than 16 ms: ${over.length}, longest ${over[0] ?? 0} ms`,
  );
};
await type("typing in an empty text", "fields @message");
let long = "fields @timestamp";
while (long.length < 9_500) long += `, concat(field${long.length}, "x") as name${long.length}`;
await type("typing in a text of 9,500 characters", long);

for (const close of closers.reverse()) await close();
await (await theBrowser()).close();
