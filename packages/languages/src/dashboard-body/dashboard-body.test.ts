import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { isKnown, NotJson, readDashboardBody } from "./dashboard-body.ts";

const directory = new URL("./testdata/", import.meta.url);

for (const file of readdirSync(directory)) {
  test(`${file} is right, with nothing to say about it`, () => {
    const { body, errors, warnings } = readDashboardBody(readFileSync(new URL(file, directory), "utf8"));
    assert.deepEqual({ errors, warnings }, { errors: [], warnings: [] });
    assert.ok(body?.widgets.every(isKnown));
  });
}

/** Errors of a body, as `path: message`. */
function errorsOf(body: unknown): string[] {
  return readDashboardBody(JSON.stringify(body)).errors.map(({ dataPath, message }) => `${dataPath}: ${message}`);
}
const refused = (body: unknown, ...expected: string[]) => assert.deepEqual(errorsOf(body), expected);
const warned = (body: unknown, ...expected: string[]) => {
  const { errors, warnings } = readDashboardBody(JSON.stringify(body));
  assert.deepEqual(errors, []);
  assert.deepEqual(
    warnings.map(({ dataPath, message }) => `${dataPath}: ${message}`),
    expected,
  );
};
const widget = (type: string, properties: unknown, more = {}) => ({ widgets: [{ type, properties, ...more }] });
const metric = (properties: object) => widget("metric", { region: "us-east-1", metrics: [["N", "M"]], ...properties });
const text = { markdown: "x" };

test("what is no JSON object is no dashboard", () => {
  for (const body of ["", "{", "[]", "null", "1", '"x"', '{"widgets":[]} x']) {
    assert.throws(() => readDashboardBody(body), NotJson);
  }
});

test("a body needs its widgets", () => {
  refused({}, ": Should have required property 'widgets'");
  refused({ widgets: {} }, "/widgets: Should be array");
  refused({ widgets: [] });
  refused({ widgets: [1] }, "/widgets/0: Should be object");
  refused(
    { widgets: Array(501).fill({ type: "text", properties: text }) },
    "/widgets: Should NOT have more than 500 items",
  );
});

test("a widget needs its type and properties, on the grid", () => {
  refused(
    { widgets: [{}] },
    "/widgets/0: Should have required property 'type'",
    "/widgets/0: Should have required property 'properties'",
  );
  refused(widget("text", text, { x: 24, y: -1 }), "/widgets/0/x: Should be <= 23", "/widgets/0/y: Should be >= 0");
  refused(widget("text", text, { width: 25 }), "/widgets/0/width: Should be <= 24");
  refused(widget("text", text, { width: 0 }), "/widgets/0/width: Should be >= 1");
  refused(widget("text", text, { height: 1001 }), "/widgets/0/height: Should be <= 1000");
  refused(widget("text", text, { height: 1.5 }), "/widgets/0/height: Should be integer");
  refused(widget("text", text, { x: "3" }), "/widgets/0/x: Should be integer");
  refused(widget("text", []), "/widgets/0/properties: Should be object");
});

test("a metric widget needs a region, and metrics or an alarm", () => {
  const sentence = "The metric widget should have specified a region and a data source or an alarm annotation";
  refused(
    widget("metric", { region: "us-east-1" }),
    "/widgets/0/properties: Should have required property 'metrics'",
    `/widgets/0/properties: ${sentence}`,
    "/widgets/0/properties: Should have required property 'annotations'",
  );
  refused(
    widget("metric", { metrics: [["N", "M"]] }),
    "/widgets/0/properties: Should have required property 'region'",
    `/widgets/0/properties: ${sentence}`,
    "/widgets/0/properties: Should have required property 'annotations'",
  );
  refused(
    widget("metric", { region: "us-east-1", annotations: { alarms: ["arn:aws:cloudwatch:us-east-1:1:alarm:a"] } }),
  );
});

test("members of a metric widget have their form", () => {
  refused(metric({ period: 45 }), "/widgets/0/properties/period: Should be multiple of 60");
  refused(metric({ period: 0 }), "/widgets/0/properties/period: Should be >= 1");
  for (const period of [1, 5, 10, 20, 30, 60, 86_400]) refused(metric({ period }));
  for (const stat of ["Sum", "p99", "p99.95", "tm90", "IQM", "TM(10%:90%)", "PR(:300)"]) refused(metric({ stat }));
  assert.match(errorsOf(metric({ stat: "Sample count" })).join(), /properties\/stat: Should match pattern/);
  refused(metric({ view: "lines" }), "/widgets/0/properties/view: Should be equal to one of the allowed values");
  refused(
    metric({ legend: { position: "top" } }),
    "/widgets/0/properties/legend/position: Should be equal to one of the allowed values",
  );
  refused(metric({ yAxis: { left: { min: 5, max: 5 } } }), "/widgets/0/properties/yAxis/left/min: Should be <= 5");
  refused(metric({ yAxis: { left: { min: "0" } } }), "/widgets/0/properties/yAxis/left/min: Should be number");
  refused(metric({ stacked: "yes" }), "/widgets/0/properties/stacked: Should be boolean");
  refused(metric({ title: null }), "/widgets/0/properties/title: Should be string");
  assert.match(errorsOf(metric({ timezone: "+15:00" })).join(), /timezone: Should match pattern/);
});

test("a gauge needs both ends of its scale", () => {
  refused(metric({ view: "gauge" }), "/widgets/0/properties: Should have required property 'yAxis'");
  refused(
    metric({ view: "gauge", yAxis: { left: { min: 0 } } }),
    "/widgets/0/properties/yAxis/left: Should have required property 'max'",
  );
  refused(metric({ view: "gauge", yAxis: { left: { min: 0, max: 1 } } }));
});

test("annotations are lines or bands of two", () => {
  const horizontal = (...lines: unknown[]) => metric({ annotations: { horizontal: lines } });
  refused(
    horizontal({ label: "x" }),
    "/widgets/0/properties/annotations/horizontal/0: Should have required property 'value'",
  );
  refused(
    horizontal([{ value: 1 }]),
    "/widgets/0/properties/annotations/horizontal/0: Should NOT have less than 2 items",
  );
  refused(
    horizontal([{ value: 1 }, { value: "2" }]),
    "/widgets/0/properties/annotations/horizontal/0/1/value: Should be number",
  );
  refused(
    horizontal({ value: 1, fill: "left" }),
    "/widgets/0/properties/annotations/horizontal/0/fill: Should be equal to one of the allowed values",
  );
  assert.match(
    errorsOf(metric({ annotations: { vertical: [{ value: "yesterday" }] } })).join(),
    /vertical\/0\/value: Should be a time/,
  );
  refused(
    metric({ annotations: { alarms: ["a", "b"] } }),
    "/widgets/0/properties/annotations/alarms: Should NOT have more than 1 items",
  );
});

test("other widgets need what they show", () => {
  refused(widget("text", {}), "/widgets/0/properties: Should have required property 'markdown'");
  refused(widget("alarm", {}), "/widgets/0/properties: Should have required property 'alarms'");
  refused(widget("alarm", { alarms: [] }), "/widgets/0/properties/alarms: Should NOT have less than 1 items");
  refused(
    widget("log", {}),
    "/widgets/0/properties: Should have required property 'query'",
    "/widgets/0/properties: Should have required property 'region'",
  );
  refused(widget("custom", {}), "/widgets/0/properties: Should have required property 'endpoint'");
  refused(
    widget("explorer", {}),
    "/widgets/0/properties: Should have required property 'labels'",
    "/widgets/0/properties: Should have required property 'metrics'",
  );
  refused(widget("chart", {}), "/widgets/0/properties: Should have required property 'data'");
});

test("a variable has its target and its choices", () => {
  const variables = (...list: unknown[]) => ({ widgets: [], variables: list });
  const select = { type: "property", property: "InstanceId", id: "i", inputType: "select" };
  refused(variables({ ...select, values: [{ value: "a" }] }));
  refused(variables({ ...select, search: "{A,InstanceId}", populateFrom: "InstanceId" }));
  refused(
    variables(select),
    "/variables/0: Should have required property 'values'",
    "/variables/0: Should have required property 'search'",
    "/variables/0: Should have required property 'populateFrom'",
    "/variables/0: Should match exactly one schema in oneOf",
  );
  refused(
    variables({ ...select, values: [{ value: "a" }], search: "{A,InstanceId}", populateFrom: "InstanceId" }),
    "/variables/0: Should match exactly one schema in oneOf",
  );
  refused(
    variables({ ...select, type: "pattern", inputType: "input" }),
    "/variables/0: Should have required property 'pattern'",
  );
});

test("what has no effect is a warning", () => {
  warned({ widgets: [], end: "-PT0H" }, "/end: The end has no effect without a start");
  warned(
    { widgets: [], colour: 1 },
    '/: The "colour" property is not expected to be part of a dashboard definition, will be ignored'.slice(1),
  );
  warned(
    widget("text", text, { id: 1 }),
    '/widgets/0: The "id" property is not expected to be part of a widget definition, will be ignored',
  );
  warned(
    metric({ trendline: false }),
    '/widgets/0/properties: The "trendline" property is not expected to be part of a widget definition, will be ignored',
  );
  warned(widget("metricc", {}), '/widgets/0/properties: The widget type "metricc" is not known, nothing will be shown');
});

test("names of JavaScript's own members are names like others", () => {
  for (const name of ["__proto__", "constructor", "toString"]) {
    const { errors, warnings } = readDashboardBody(
      `{"widgets":[{"type":"text","properties":{"markdown":"x","${name}":1}}]}`,
    );
    assert.deepEqual(errors, []);
    assert.equal(warnings.length, 1);
  }
});

test("a body full of faults has a bounded list of them", () => {
  const { errors } = readDashboardBody(JSON.stringify(metric({ metrics: Array(500).fill([1, 2, 3, 4]) })));
  assert.equal(errors.length, 1_000);
});
