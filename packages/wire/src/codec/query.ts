import type { ListShape, MapShape, Member, ServiceModel, Shape, StructureShape } from "../model/shape.ts";
import { validationAnswer } from "../model/validation-answers.ts";
import type { Codec } from "./answer.ts";
import { serialization } from "./failure.ts";
import { memo } from "./memo.ts";
import { ec2Key, xmlKey } from "./names.ts";
import { compileReader } from "./reader.ts";
import { valueFromText } from "./text.ts";
import { escapeXml, membersXml } from "./xml-write.ts";

/** awsQuery and ec2Query: a form with dotted keys in, XML out. */
export function queryCodec(model: ServiceModel, protocol: "awsQuery" | "ec2Query"): Codec {
  const ec2 = protocol === "ec2Query";
  const reader = memo((shape: StructureShape) => compileReader(shape, "member", validationAnswer(model.name)));
  const namespace = escapeXml(model.xmlNamespace ?? "");
  return {
    protocol,
    read(operation, request) {
      if (!operation.input) return {};
      return reader(operation.input).read(treeFromForm(operation.input, request.form ?? new URLSearchParams(), ec2));
    },
    write(operation, output, context) {
      const members = operation.output ? membersXml(operation.output, output) : "";
      const requestId = escapeXml(context.requestId);
      const inner = ec2
        ? `<requestId>${requestId}</requestId>${operation.output ? members : "<return>true</return>"}`
        : `${operation.output ? `<${operation.name}Result>${members}</${operation.name}Result>` : ""}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      const body = `${ec2 ? '<?xml version="1.0" encoding="UTF-8"?>\n' : ""}<${operation.name}Response xmlns="${namespace}">${inner}</${operation.name}Response>`;
      return {
        status: 200,
        headers: { "content-type": ec2 ? "text/xml;charset=UTF-8" : "text/xml" },
        body: Buffer.from(body, "utf8"),
      };
    },
  };
}

/** A form holds at most this many fields: PutMetricData's 1,000 metrics with 30 dimensions each are below it. */
const MAX_FIELDS = 100_000;
/** Steps in one key; AWS's own keys have fewer than 20. */
const MAX_STEPS = 64;

interface Field {
  text: string | undefined;
  children: Map<string, Field> | undefined;
}

/** Turns `Tags.member.1.Key=x` into a tree that follows the shape. Exported for tests. */
export function treeFromForm(shape: StructureShape, form: URLSearchParams, ec2: boolean): unknown {
  const root: Field = { text: undefined, children: undefined };
  let fields = 0;
  // Clients write the members of an element one after another, so the place of one key is mostly that of the next.
  let parentKey: string | undefined;
  let parent = root;
  for (const [key, value] of form) {
    if (++fields > MAX_FIELDS) throw serialization(`The form has more than ${MAX_FIELDS} fields.`);
    const end = key.lastIndexOf(".");
    const before = end < 0 ? undefined : key.slice(0, end);
    if (before === undefined) parent = root;
    else if (before !== parentKey) parent = stepTo(root, before.split("."));
    parentKey = before;
    childOf(parent, end < 0 ? key : key.slice(end + 1)).text = value;
  }
  return structure(shape, root, ec2);
}

function stepTo(root: Field, steps: readonly string[]): Field {
  if (steps.length >= MAX_STEPS) throw serialization(`A form key has more than ${MAX_STEPS} steps.`);
  let field = root;
  for (const name of steps) field = childOf(field, name);
  return field;
}

function childOf(field: Field, name: string): Field {
  field.children ??= new Map();
  const known = field.children.get(name);
  if (known) return known;
  const child: Field = { text: undefined, children: undefined };
  field.children.set(name, child);
  return child;
}

function value(member: Member, field: Field, ec2: boolean): unknown {
  const shape: Shape = member.shape;
  switch (shape.kind) {
    case "structure":
      return structure(shape, field, ec2);
    case "list":
      return list(member, shape, field, ec2);
    case "map":
      return map(member, shape, field, ec2);
    default:
      if (field.text === undefined) throw serialization(`A plain value was expected at '${member.name}'.`);
      return valueFromText(member, field.text);
  }
}

function structure(shape: StructureShape, field: Field, ec2: boolean): Record<string, unknown> {
  const out: Record<string, unknown> = Object.create(null);
  for (const member of shape.members) {
    const child = field.children?.get(ec2 ? ec2Key(member) : xmlKey(member));
    if (child) out[member.name] = value(member, child, ec2);
  }
  return out;
}

/**
 * Indices only order the elements. They come from the client, so nothing is ever sized or placed by them.
 * An empty list is sent as the bare key with no text.
 */
function list(member: Member, shape: ListShape, field: Field, ec2: boolean): unknown[] {
  const flat = ec2 || member.xmlFlattened === true;
  const parent = flat
    ? field
    : (field.children?.get(shape.member.xmlName ?? "member") ?? field.children?.get("member"));
  return indexed(parent).map((item) => value(shape.member, item, ec2));
}

function map(member: Member, shape: MapShape, field: Field, ec2: boolean): Record<string, unknown> {
  const out: Record<string, unknown> = Object.create(null);
  for (const entry of indexed(member.xmlFlattened ? field : field.children?.get("entry"))) {
    const key = entry.children?.get(shape.key.xmlName ?? "key")?.text;
    if (key === undefined) throw serialization(`An entry of the map '${member.name}' has no key.`);
    const item = entry.children?.get(shape.value.xmlName ?? "value");
    out[key] = item ? value(shape.value, item, ec2) : null;
  }
  return out;
}

function indexed(field: Field | undefined): Field[] {
  const items: [index: number, field: Field][] = [];
  for (const [name, child] of field?.children ?? []) if (/^\d{1,9}$/.test(name)) items.push([Number(name), child]);
  return items.sort((a, b) => a[0] - b[0]).map(([, child]) => child);
}
