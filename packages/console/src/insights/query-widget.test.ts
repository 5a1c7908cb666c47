import assert from "node:assert/strict";
import { test } from "node:test";
import { readDashboardBody } from "@nephoscope/languages/dashboard-body";
import { withWidget } from "../dashboards/edit-body.ts";
import { queryWidget } from "./query-widget.ts";

const widget = {
  title: "Errors",
  region: "eu-central-1",
  query: "stats count(*) by bin(5m)",
  groups: { kind: "names", names: ["/aws/a", "b"] },
  view: "area",
} as const;

const withQuery = (body: string, given: Parameters<typeof queryWidget>[1]) =>
  withWidget(body, (y) => queryWidget(y, given));

test("the widget stands below all others, and the rest of the body stays", () => {
  const text = { type: "text", x: 0, y: 3, width: 6, height: 4, properties: { markdown: "hello" } };
  const body = JSON.parse(withQuery(JSON.stringify({ start: "-PT3H", widgets: [text] }), widget));
  assert.equal(body.start, "-PT3H");
  assert.deepEqual(body.widgets[0], text);
  assert.deepEqual(body.widgets[1], {
    type: "log",
    x: 0,
    y: 7,
    width: 24,
    height: 6,
    properties: {
      title: "Errors",
      region: "eu-central-1",
      query: "SOURCE '/aws/a' | SOURCE 'b' | stats count(*) by bin(5m)",
      view: "timeSeries",
      stacked: true,
    },
  });
});

test("every view makes a body that dashboards take without a word", () => {
  for (const view of ["table", "line", "area", "bar", "pie"] as const) {
    const { errors, warnings } = readDashboardBody(withQuery("", { ...widget, view }));
    assert.deepEqual([...errors, ...warnings], [], view);
  }
});

test("what is no body is refused", () => {
  assert.throws(() => withQuery("[]", widget), /no JSON object/);
  assert.throws(() => withQuery('{"widgets":5}', widget), /no list/);
});
