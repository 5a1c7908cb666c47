import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { virtualClock } from "../../../platform/clock/virtual-clock.ts";
import type { SeriesReader, SeriesRequest, WidgetSeries } from "./series-reader.ts";
import { createWidgetImages } from "./widget-images.ts";
import { WidgetRefused } from "./widget-query.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;

/** A level line at 50 for each query. */
function images(change: (series: WidgetSeries) => WidgetSeries = (series) => series) {
  const requests: SeriesRequest[] = [];
  const series: SeriesReader = {
    async read(request) {
      requests.push(request);
      const timesMs = Array.from({ length: 36 }, (_, index) => NOW - (36 - index) * 5 * MINUTE);
      return request.queries.map(({ id, plainLabel: label }) =>
        change({ id, label, unit: undefined, timesMs, values: timesMs.map(() => 50), incomplete: false }),
      );
    },
  };
  const pictures = createWidgetImages({ series, clock: virtualClock(NOW) });
  const draw = (widget: object | string) =>
    pictures.draw({
      account: "1",
      region: "us-east-1",
      widget: typeof widget === "string" ? widget : JSON.stringify(widget),
    });
  return { pictures, requests, draw };
}

/** Width, height and the pixels of a PNG file of 8-bit RGBA, as resvg writes it (PNG specification, filtering). */
function decode(png: Uint8Array) {
  const bytes = Buffer.from(png);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  assert.deepEqual([bytes[24], bytes[25]], [8, 6]);
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const row = width * 4;
  const pixels = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)];
    for (let x = 0; x < row; x++) {
      const left = x < 4 ? 0 : (pixels[y * row + x - 4] ?? 0);
      const up = y === 0 ? 0 : (pixels[(y - 1) * row + x] ?? 0);
      const corner = x < 4 || y === 0 ? 0 : (pixels[(y - 1) * row + x - 4] ?? 0);
      const guess = left + up - corner;
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      const add = [0, left, up, (left + up) >> 1, paeth][filter ?? 0] ?? 0;
      pixels[y * row + x] = ((raw[y * (row + 1) + 1 + x] ?? 0) + add) & 255;
    }
  }
  const count = (color: string) => {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    let found = 0;
    for (let at = 0; at < pixels.length; at += 4)
      if (pixels[at] === red && pixels[at + 1] === green && pixels[at + 2] === blue) found += 1;
    return found;
  };
  return { width, height, count };
}

test("a widget becomes a picture of its size, with its line, its threshold and nothing else in their colours", async () => {
  const { pictures, draw } = images();
  const widget = {
    metrics: [["N", "M", { color: "#0000ff" }]],
    width: 500,
    height: 200,
    annotations: { horizontal: [{ value: 80, color: "#ff0000" }] },
  };
  const { width, height, count } = decode(await draw(widget));
  assert.deepEqual([width, height], [500, 200]);
  assert.ok(count("#0000ff") > 400, "the line crosses the picture");
  assert.ok(count("#ff0000") > 200, "the threshold does, dashed");
  assert.equal(count("#ff7f0e"), 0);
  await pictures.close();
});

test("600 by 400 pixels, light, unless it says otherwise", async () => {
  const { pictures, draw } = images();
  const light = decode(await draw({ metrics: [["N", "M"]] }));
  assert.deepEqual([light.width, light.height], [600, 400]);
  assert.ok(light.count("#ffffff") > 200_000);
  assert.equal(decode(await draw({ metrics: [["N", "M"]], theme: "dark" })).count("#ffffff"), 0);
  await pictures.close();
});

test("the two series of an anomaly band are an area between them", async () => {
  const timesMs = [NOW - 100 * MINUTE, NOW - 95 * MINUTE, NOW - 90 * MINUTE];
  const level = (id: string, value: number): WidgetSeries => ({
    id,
    label: id,
    unit: undefined,
    timesMs,
    values: timesMs.map(() => value),
    incomplete: false,
  });
  const series: SeriesReader = { read: async () => [level("m1", 50), level("ad1", 20), level("ad1", 80)] };
  const pictures = createWidgetImages({ series, clock: virtualClock(NOW) });
  const row = [{ expression: "ANOMALY_DETECTION_BAND(m1, 2)", id: "ad1", color: "#00ff00" }];
  const widget = JSON.stringify({ metrics: [["N", "M", { id: "m1" }], row] });
  const { count } = decode(await pictures.draw({ account: "1", region: "us-east-1", widget }));
  assert.ok(count("#bfffbf") > 1_000, "a quarter of green on white");
  await pictures.close();
});

test("numbers of the whole range with a small graph are read twice", async () => {
  const { pictures, requests, draw } = images();
  await draw({ metrics: [["N", "M"]], view: "singleValue", setPeriodToTimeRange: true, sparkline: true });
  assert.deepEqual(
    requests.map(({ wholeRange }) => wholeRange),
    [true, false],
  );
  await pictures.close();
});

test("a wrong widget is refused with what is wrong where", async () => {
  const { pictures, draw } = images();
  const refused = (widget: object | string, message: RegExp) =>
    assert.rejects(draw(widget), (error: unknown) => error instanceof WidgetRefused && message.test(error.message));
  await refused("nothing", /valid JSON object/);
  await refused({}, /Should have required property 'metrics'/);
  await refused({ metrics: [["N", "M"]], width: 9_999 }, /"\/width",\s+"message": "Should be <= 2000"/);
  await refused(`{"metrics":[["N","M"]],"title":"${"x".repeat(102_400)}"}`, /102400/);
  await pictures.close();
});

test("labels with markup are text in the picture", async () => {
  const { pictures, draw } = images((series) => ({
    ...series,
    label: "</text><rect width='600' height='400' fill='#123456'/>",
  }));
  const { count } = decode(
    await draw({ metrics: [["N", "M"]], title: '"><rect width="600" height="400" fill="#123456"/>' }),
  );
  assert.equal(count("#123456"), 0);
  await pictures.close();
});

test("an alarm's picture has its threshold, the line and the strip of states", async () => {
  const { pictures, draw } = images();
  const { width, height, count } = decode(
    await draw({
      title: "too many failures",
      metrics: [["N", "M"]],
      annotations: { horizontal: [{ value: 20, label: "Threshold > 20", color: "#d13212", fill: "above" }] },
      alarmStates: [
        { time: new Date(NOW - 600 * MINUTE).toISOString(), state: "OK" },
        { time: new Date(NOW - 30 * MINUTE).toISOString(), state: "ALARM" },
      ],
    }),
  );
  assert.deepEqual([width, height], [600, 400]);
  assert.ok(count("#1d8102") > 3_000 && count("#d13212") > 400);
  await pictures.close();
});
