import type { MapShape, Member, StructureShape } from "../model/shape.ts";
import { serialization } from "./failure.ts";
import { memo } from "./memo.ts";
import { ec2Key, xmlKey } from "./names.ts";
import { valueFromText } from "./text.ts";

/** A form holds at most this many fields: PutMetricData's 1,000 metrics with 30 dimensions each are below it. */
const MAX_FIELDS = 100_000;
/** Steps in one key; AWS's own keys have fewer than 20. */
const MAX_STEPS = 64;

/** Turns the fields of a form, such as `Tags.member.1.Key=x`, into a tree that follows the shape. What the shape has not is left out. */
export function treeFromForm(shape: StructureShape, form: Iterable<[string, string]>, ec2: boolean): unknown {
  const root = new StructurePart((ec2 ? ec2Plan : plan)(shape));
  // Clients write the members of an element one after another, so most of the way to one key is that to the key before.
  // `parts` lie along it, each behind the steps that stand at the same place of `ways`.
  const ways = [""];
  const parts: Part[] = [root];
  let fields = 0;
  for (const [key, text] of form) {
    if (++fields > MAX_FIELDS) throw serialization(`The form has more than ${MAX_FIELDS} fields.`);
    let depth = parts.length - 1;
    let at = 0;
    for (; depth > 0; depth--) {
      const way = ways[depth] ?? "";
      at = way.length;
      // Comparing whole texts is several times as fast as comparing their characters here.
      if (key.slice(0, at) === way) break;
      ways.pop();
      parts.pop();
    }
    if (depth === 0) at = 0;
    let part = parts[depth] ?? root;
    for (let dot = key.indexOf(".", at); dot >= 0; dot = key.indexOf(".", at)) {
      if (parts.length >= MAX_STEPS) throw serialization(`A form key has more than ${MAX_STEPS} steps.`);
      part = part.step(key.slice(at, dot));
      at = dot + 1;
      ways.push(key.slice(0, at));
      parts.push(part);
    }
    part.set(key.slice(at), text);
  }
  return root.value();
}

/** A value that is being put together from the fields below its key. */
interface Part {
  /** The part that a step of the key leads to. */
  step(name: string): Part;
  /** A field that ends here. */
  set(name: string, text: string): void;
  value(): unknown;
}

/** What the shape does not have. */
const NOTHING: Part = { step: () => NOTHING, set: () => {}, value: () => undefined };

interface PlannedMember {
  readonly member: Member;
  /** Undefined for a simple value. */
  readonly part: (() => Part) | undefined;
}
type Plan = ReadonlyMap<string, PlannedMember>;

const planFor = (ec2: boolean): ((shape: StructureShape) => Plan) => {
  const planOf = memo(
    (shape: StructureShape): Plan =>
      new Map(
        shape.members.map((member) => [
          ec2 ? ec2Key(member) : xmlKey(member),
          { member, part: partOf(member, planOf, ec2) },
        ]),
      ),
  );
  return planOf;
};
const plan = planFor(false);
const ec2Plan = planFor(true);

function partOf(member: Member, planOf: (shape: StructureShape) => Plan, ec2: boolean): (() => Part) | undefined {
  const { shape } = member;
  const flat = ec2 || member.xmlFlattened === true;
  switch (shape.kind) {
    case "structure":
      return () => new StructurePart(planOf(shape));
    case "list": {
      const item = { member: shape.member, part: partOf(shape.member, planOf, ec2) };
      const names = [shape.member.xmlName ?? "member", "member"];
      return () => (flat ? new ListPart(item) : new Wrapper(names, new ListPart(item)));
    }
    case "map": {
      const entry: Plan = entryPlan(shape, planOf, ec2);
      const make = () => new MapPart(member, shape, entry);
      return () => (member.xmlFlattened ? make() : new Wrapper(["entry"], make()));
    }
    default:
      return undefined;
  }
}

function entryPlan({ key, value }: MapShape, planOf: (shape: StructureShape) => Plan, ec2: boolean): Plan {
  return new Map([
    [key.xmlName ?? "key", { member: key, part: undefined }],
    [value.xmlName ?? "value", { member: value, part: partOf(value, planOf, ec2) }],
  ]);
}

class StructurePart implements Part {
  readonly #plan: Plan;
  readonly #out: Record<string, unknown> = {};
  #parts: [name: string, part: Part][] | undefined;
  /** Simple members that have fields below them; unless they have a text too that is a fault. */
  #misplaced: Member | undefined;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  step(name: string): Part {
    const planned = this.#plan.get(name);
    if (planned === undefined) return NOTHING;
    if (planned.part !== undefined) return this.#partOf(planned.member.name, planned.part);
    if (this.#out[planned.member.name] === undefined) this.#misplaced = planned.member;
    return NOTHING;
  }

  set(name: string, text: string): void {
    const planned = this.#plan.get(name);
    if (planned === undefined) return;
    const { member, part } = planned;
    // An empty list is sent as the bare key with no text.
    if (part !== undefined) this.#partOf(member.name, part);
    else this.#out[member.name] = valueFromText(member, text);
  }

  value(): Record<string, unknown> {
    const { name = "" } = this.#misplaced ?? {};
    if (this.#misplaced !== undefined && this.#out[name] === undefined) throw plainExpected(name);
    for (const [name, part] of this.#parts ?? []) this.#out[name] = part.value();
    return this.#out;
  }

  #partOf(name: string, make: () => Part): Part {
    this.#parts ??= [];
    const parts = this.#parts;
    for (const [known, part] of parts) if (known === name) return part;
    const part = make();
    parts.push([name, part]);
    return part;
  }
}

/** The step between a list or a map and its elements. */
class Wrapper implements Part {
  readonly #names: readonly string[];
  readonly #inner: Part;

  constructor(names: readonly string[], inner: Part) {
    this.#names = names;
    this.#inner = inner;
  }

  step(name: string): Part {
    return this.#names.includes(name) ? this.#inner : NOTHING;
  }

  set(): void {}

  value(): unknown {
    return this.#inner.value();
  }
}

const INDEX = /^\d{1,9}$/;

/** Indices only order the elements. They come from the client, so nothing is ever sized or placed by them. */
class Elements<T> {
  readonly #known = new Map<number, T>();
  #sorted = true;
  #last = -1;

  get(index: number): T | undefined {
    return this.#known.get(index);
  }

  set(index: number, element: T): void {
    if (index < this.#last) this.#sorted = false;
    this.#last = index;
    this.#known.set(index, element);
  }

  inOrder(): T[] {
    if (this.#sorted) return [...this.#known.values()];
    return [...this.#known].sort(([a], [b]) => a - b).map(([, element]) => element);
  }
}

class ListPart implements Part {
  readonly #item: PlannedMember;
  readonly #parts = new Elements<Part>();
  readonly #texts = new Elements<string | undefined>();

  constructor(item: PlannedMember) {
    this.#item = item;
  }

  step(name: string): Part {
    if (!INDEX.test(name)) return NOTHING;
    const index = Number(name);
    const { part: make } = this.#item;
    if (make === undefined) {
      if (this.#texts.get(index) === undefined) this.#texts.set(index, undefined);
      return NOTHING;
    }
    const known = this.#parts.get(index);
    if (known !== undefined) return known;
    const part = make();
    this.#parts.set(index, part);
    return part;
  }

  set(name: string, text: string): void {
    if (!INDEX.test(name)) return;
    if (this.#item.part === undefined) this.#texts.set(Number(name), text);
    else this.step(name);
  }

  value(): unknown[] {
    const { member, part } = this.#item;
    if (part !== undefined) return this.#parts.inOrder().map((one) => one.value());
    return this.#texts.inOrder().map((text) => {
      if (text === undefined) throw plainExpected(member.name);
      return valueFromText(member, text);
    });
  }
}

class MapPart implements Part {
  readonly #member: Member;
  readonly #shape: MapShape;
  readonly #entry: Plan;
  readonly #entries = new Elements<StructurePart>();

  constructor(member: Member, shape: MapShape, entry: Plan) {
    this.#member = member;
    this.#shape = shape;
    this.#entry = entry;
  }

  step(name: string): Part {
    if (!INDEX.test(name)) return NOTHING;
    const index = Number(name);
    const known = this.#entries.get(index);
    if (known !== undefined) return known;
    const entry = new StructurePart(this.#entry);
    this.#entries.set(index, entry);
    return entry;
  }

  set(name: string): void {
    this.step(name);
  }

  value(): Record<string, unknown> {
    const out: Record<string, unknown> = Object.create(null);
    for (const entry of this.#entries.inOrder()) {
      const fields = entry.value();
      const key = fields[this.#shape.key.name];
      if (typeof key !== "string") throw serialization(`An entry of the map '${this.#member.name}' has no key.`);
      out[key] = fields[this.#shape.value.name] ?? null;
    }
    return out;
  }
}

const plainExpected = (name: string) => serialization(`A plain value was expected at '${name}'.`);
