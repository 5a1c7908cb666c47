import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chart, Series } from "./chart.ts";
import { drawChart } from "./draw-chart.ts";
import { type SvgNode, svgText } from "./svg.ts";
import { textWidth } from "./text.ts";

const END = Date.UTC(2026, 10, 21, 9);
const MINUTE = 60_000;

function series(label: string, values: readonly number[], more: Partial<Series> = {}): Series {
  const timesMs = values.map((_, index) => END - (values.length - index) * 5 * MINUTE);
  return { label, color: undefined, unit: undefined, axis: "left", timesMs, values, periodMs: 5 * MINUTE, ...more };
}

function chart(more: Partial<Chart> = {}): Chart {
  return {
    view: "timeSeries",
    width: 600,
    height: 400,
    theme: "light",
    title: "A title",
    startMs: END - 180 * MINUTE,
    endMs: END,
    offsetMinutes: 0,
    stacked: false,
    legend: "bottom",
    axes: {},
    series: [],
    bands: [],
    horizontal: [],
    vertical: [],
    sparkline: false,
    trend: false,
    fullPrecision: false,
    sliceLabels: true,
    table: { summary: [], showTimes: true },
    ...more,
  };
}

function* nodesOf(root: SvgNode): Generator<SvgNode> {
  yield root;
  for (const child of root.children) if (typeof child !== "string") yield* nodesOf(child);
}
const all = (more: Partial<Chart>) => [...nodesOf(drawChart(chart(more)))];
const named = (more: Partial<Chart>, name: string) => all(more).filter((node) => node.name === name);
const texts = (more: Partial<Chart>) => named(more, "text").map(({ children }) => children.join(""));
const strokes = (more: Partial<Chart>) =>
  named(more, "path").flatMap(({ attributes }) => (attributes.fill === "none" ? attributes.stroke : []));

const VIEWS = ["timeSeries", "singleValue", "gauge", "bar", "pie", "table"] as const;
const wave = Array.from({ length: 36 }, (_, index) => 50 + 40 * Math.sin(index / 5));

test("a line for each series, in its colour or the next of the palette", () => {
  const given = [series("a", wave), series("b", wave, { color: "#00ff00" }), series("c", wave)];
  assert.deepEqual(strokes({ series: given }), ["#1f77b4", "#00ff00", "#2ca02c"]);
});

test("title, ticks, unit and legend are written", () => {
  const written = texts({ series: [series("requests", wave, { unit: "Percent" })], subtitle: "below" });
  for (const text of ["A title", "below", "Percent", "requests", "0", "100", "06:00", "Nov 21, UTC", "09:00"]) {
    assert.ok(written.includes(text), `${text} in ${written}`);
  }
});

test("a higher value stands higher, at the place of its time", () => {
  const [path] = named({ series: [series("a", [0, 100, 50])], legend: "hidden" }, "path");
  const points = [...String(path?.attributes.d).matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  const [low = [], high = [], middle = []] = points;
  assert.ok((low[0] ?? 0) < (high[0] ?? 0) && (high[0] ?? 0) < (middle[0] ?? 0));
  assert.ok((high[1] ?? 0) < (middle[1] ?? 0) && (middle[1] ?? 0) < (low[1] ?? 0));
  assert.ok(Math.abs((low[1] ?? 0) + (high[1] ?? 0) - 2 * (middle[1] ?? 0)) < 0.05, "50 is half way");
});

test("a value alone between gaps is a dot", () => {
  const lonely = series("a", [1, 2], { timesMs: [END - 100 * MINUTE, END - 50 * MINUTE] });
  assert.equal(named({ series: [lonely] }, "circle").length, 2);
});

test("a second axis for what asks for it", () => {
  const written = texts({ series: [series("a", [0, 10]), series("b", [0, 5_000], { axis: "right", unit: "Bytes" })] });
  assert.ok(written.includes("10") && written.includes("6K") && written.includes("Bytes"));
});

test("no data says so", () => {
  for (const view of VIEWS) {
    const written = texts({ view, series: [series("a", [])] });
    assert.ok(
      written.some((text) => text === "No data available" || text === "–"),
      `${view}: ${written}`,
    );
  }
});

test("a threshold is a line with its label, and the side that it fills", () => {
  const mark = { value: 80, label: "too hot", color: "#d62728", fill: "above", axis: "left" } as const;
  const nodes = all({ series: [series("a", wave)], horizontal: [mark] });
  assert.equal(nodes.filter(({ name, attributes }) => name === "line" && attributes.stroke === "#d62728").length, 1);
  assert.equal(
    nodes.filter(({ name, attributes }) => name === "rect" && attributes["fill-opacity"] === 0.12).length,
    1,
  );
  assert.ok(texts({ series: [series("a", wave)], horizontal: [mark] }).includes("too hot (80)"));
});

test("the axis reaches to its annotations", () => {
  const mark = { value: 480, label: undefined, color: undefined, fill: "none", axis: "left" } as const;
  assert.ok(texts({ series: [series("a", wave)], horizontal: [mark] }).includes("500"));
});

test("percent does not go beyond a hundred", () => {
  assert.ok(!texts({ series: [series("a", [10, 100], { unit: "Percent" })] }).includes("120"));
  assert.ok(texts({ series: [series("a", [10, 100])] }).includes("120"));
});

test("the expected band is an area and an entry of the legend", () => {
  const band = {
    label: "expected",
    color: undefined,
    lower: series("l", wave),
    upper: series(
      "u",
      wave.map((value) => value + 10),
    ),
  };
  const areas = named({ series: [series("a", wave)], bands: [band] }, "path").filter(
    ({ attributes }) => attributes["fill-opacity"] === 0.25,
  );
  assert.equal(areas.length, 1);
  assert.ok(texts({ bands: [band] }).includes("expected"));
});

test("stacked series are areas, and the axis holds their sum", () => {
  const given = { stacked: true, series: [series("a", [30, 30]), series("b", [60, 60])] };
  assert.equal(named(given, "path").filter(({ attributes }) => attributes["fill-opacity"] === 0.7).length, 2);
  assert.ok(texts(given).includes("100"));
});

test("states of an alarm stand under the graph, each as long as it held", () => {
  const states = [
    { atMs: END - 500 * MINUTE, state: "OK" },
    { atMs: END - 45 * MINUTE, state: "ALARM" },
  ] as const;
  const rects = named({ series: [series("a", wave)], states }, "rect");
  const width = (color: string) =>
    rects
      .filter(({ attributes }) => attributes.fill === color && attributes.height === 10)
      .map(({ attributes }) => Number(attributes.width));
  const [ok = 0] = width("#1d8102");
  const [alarm = 0] = width("#d13212");
  assert.ok(Math.abs(ok / alarm - 3) < 0.01, "135 minutes to 45");
  assert.ok(texts({ series: [series("a", wave)], states }).includes("In alarm"));
});

test("numbers show the newest value, its unit and its change", () => {
  const written = texts({
    view: "singleValue",
    trend: true,
    series: [series("orders", [1_000, 1_250], { unit: "Milliseconds" })],
  });
  assert.deepEqual(written, ["A title", "1.25K", "ms", "orders", "▲ 25%"]);
  assert.ok(
    texts({ view: "singleValue", fullPrecision: true, series: [series("orders", [1_234_567.25])] }).includes(
      "1,234,567.25",
    ),
  );
});

test("slices of a pie are shares of the sum, without what is not above 0", () => {
  const written = texts({
    view: "pie",
    series: [series("a", [30]), series("b", [10]), series("c", [-5]), series("d", [0])],
  });
  assert.ok(written.includes("75%") && written.includes("a (30, 75%)") && written.includes("b (10, 25%)"));
  assert.ok(!written.some((text) => text.startsWith("c ") || text.startsWith("d ")));
});

test("a gauge shows both ends and the value, in the colour of its range", () => {
  const marks = [{ value: 80, label: undefined, color: "#d62728", fill: "above", axis: "left" }] as const;
  const given = {
    view: "gauge",
    axes: { left: { min: 0, max: 100 } },
    series: [series("cpu", [92], { unit: "Percent" })],
    horizontal: marks,
  } as const;
  assert.deepEqual(texts(given), ["A title", "92%", "0", "100", "cpu"]);
  assert.ok(strokes(given).includes("#d62728"));
});

test("a bar for each series, below the line for less than 0", () => {
  const bars = named({ view: "bar", legend: "hidden", series: [series("a", [10]), series("b", [-10])] }, "rect").slice(
    1,
  );
  const [up, down] = bars.map(({ attributes }) => ({
    top: Number(attributes.y),
    end: Number(attributes.y) + Number(attributes.height),
  }));
  assert.ok(up !== undefined && down !== undefined && Math.abs(up.end - down.top) < 0.05);
});

test("a table has summaries and the newest values", () => {
  const written = texts({
    view: "table",
    table: { summary: ["MIN", "MAX", "SUM", "AVG"], showTimes: false },
    series: [series("a", [1, 2, 6])],
  });
  assert.deepEqual(written, ["A title", "Label", "Min", "Max", "Sum", "Average", "a", "1", "6", "9", "3"]);
});

test("a legend of a hundred leaves room for the graph and says what it left out", () => {
  const given = { series: Array.from({ length: 100 }, (_, index) => series(`series ${index}`, wave)) };
  for (const legend of ["bottom", "right"] as const) {
    assert.ok(
      texts({ ...given, legend }).some((text) => /^and \d+ more$/.test(text)),
      legend,
    );
  }
});

test("no text leaves the picture", () => {
  const long = `${"a very long label ".repeat(20)}🙂`;
  for (const view of VIEWS) {
    for (const [width, height] of [
      [600, 400],
      [300, 150],
      [120, 80],
      [2_000, 60],
    ] as const) {
      const given = chart({
        view,
        width,
        height,
        title: long,
        subtitle: long,
        series: [series(long, wave, { unit: "Bytes/Second" }), series("b", wave, { axis: "right" })],
        horizontal: [{ value: 70, label: long, color: undefined, fill: "below", axis: "left" }],
        vertical: [{ ms: END - MINUTE, label: long, color: undefined, fill: "before" }],
      });
      for (const { name, attributes, children } of nodesOf(drawChart(given))) {
        if (name !== "text") continue;
        const own = textWidth(children.join(""), Number(attributes["font-size"]), attributes["font-weight"] === "bold");
        const anchor = attributes["text-anchor"];
        const from = Number(attributes.x) - (anchor === "end" ? own : anchor === "middle" ? own / 2 : 0);
        const where = `${view} ${width}x${height}: ${children.join("")}`;
        assert.ok(from >= -1 && from + own <= width + 1.5, `${where} from ${from} to ${from + own}`);
        assert.ok(Number(attributes.y) <= height + 1, where);
      }
    }
  }
});

test("any size and any number gives a picture", () => {
  const values = [0, -1, 2 ** 360, -(2 ** 360), 1e-300, 5];
  for (const view of VIEWS) {
    for (const [width, height] of [
      [1, 1],
      [1, 2_000],
      [2_000, 1],
      [50, 50],
      [2_000, 2_000],
    ] as const) {
      for (const stacked of [false, true]) {
        const text = svgText(
          drawChart(chart({ view, width, height, stacked, series: [series("a", values), series("b", [])] })),
        );
        assert.doesNotMatch(text, /NaN|Infinity|undefined/, `${view} ${width}x${height}`);
      }
    }
  }
});

test("a hundred lines of many points make a picture of bounded size", () => {
  const many = Array.from({ length: 20_000 }, (_, index) => index % 13);
  const lines = Array.from({ length: 100 }, (_, index) =>
    series(`s${index}`, many, { timesMs: many.map((_, at) => END - (20_000 - at) * 500) }),
  );
  const text = svgText(drawChart(chart({ width: 2_000, height: 2_000, series: lines })));
  assert.ok(text.length < 3_000_000, `${text.length} characters`);
});
