import { readFileSync } from "node:fs";
import type { ServiceName } from "./implemented.ts";
import type {
  ListShape,
  MapShape,
  Member,
  Operation,
  ServiceModel,
  Shape,
  SimpleShape,
  StructureShape,
} from "./shape.ts";
import type { Snapshot, SnapshotMember, SnapshotShape } from "./snapshot.ts";

/** Reads a committed snapshot. Takes a few milliseconds; call it once at start-up and keep the model. */
export const loadModel = (name: ServiceName): ServiceModel => modelFromSnapshot(readSnapshot(name));

/** The snapshot as it is committed. Throws when there is none by that name. */
export function readSnapshot(name: string): Snapshot {
  const file = new URL(`./snapshot.gen/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Links a snapshot's named shapes into a graph. Throws when a name leads nowhere: then the snapshot is damaged. */
export function modelFromSnapshot(snapshot: Snapshot): ServiceModel {
  const shapes = link(snapshot.shapes);
  const structure = (name: string): StructureShape => {
    const shape = shapes(name);
    if (shape.kind !== "structure")
      throw new Error(
        `The snapshot of ${snapshot.service.name} has ${name} as a ${shape.kind}; a structure is needed there.`,
      );
    return shape;
  };
  const operations = new Map<string, Operation>();
  for (const [name, operation] of Object.entries(snapshot.operations)) {
    operations.set(name, {
      name,
      input: operation.input === undefined ? undefined : structure(operation.input),
      output: operation.output === undefined ? undefined : structure(operation.output),
      errors: operation.errors,
      http: operation.http,
    });
  }
  return {
    ...snapshot.service,
    xmlNamespace: snapshot.service.xmlNamespace,
    operations,
    unsupported: new Set(snapshot.unsupported),
    errors: new Map(snapshot.errors.map((name) => [name, structure(name)])),
  };
}

/**
 * Shapes refer to each other, and to themselves, so a structure is registered before its members are resolved.
 * Lists and maps resolve through a structure sooner or later; the models have no list of itself.
 */
function link(raw: Readonly<Record<string, SnapshotShape>>): (name: string) => Shape {
  const done = new Map<string, Shape>();
  const member = (name: string, from: SnapshotMember): Member => ({
    ...from,
    name,
    shape: resolve(from.shape),
    required: from.required ?? false,
  });
  const resolve = (name: string): Shape => {
    const known = done.get(name);
    if (known) return known;
    const from = Object.hasOwn(raw, name) ? raw[name] : undefined;
    if (!from) throw new Error(`The snapshot has no shape named ${name}.`);
    if (from.kind === "structure") {
      const members: Member[] = [];
      const shape: StructureShape = {
        kind: "structure",
        name,
        union: from.union ?? false,
        members,
        xmlName: from.xmlName,
        xmlNamespace: from.xmlNamespace,
        error: from.error,
      };
      done.set(name, shape);
      for (const [key, value] of Object.entries(from.members)) members.push(member(key, value));
      return shape;
    }
    if (from.kind === "list") {
      const shape: ListShape = {
        kind: "list",
        name,
        member: member("member", from.member),
        min: from.min,
        max: from.max,
        sparse: from.sparse ?? false,
      };
      done.set(name, shape);
      return shape;
    }
    if (from.kind === "map") {
      const shape: MapShape = {
        kind: "map",
        name,
        key: member("key", from.key),
        value: member("value", from.value),
        min: from.min,
        max: from.max,
        sparse: from.sparse ?? false,
      };
      done.set(name, shape);
      return shape;
    }
    const shape: SimpleShape = {
      kind: from.kind,
      name,
      min: from.min,
      max: from.max,
      pattern: from.pattern,
      enum: from.enum,
    };
    done.set(name, shape);
    return shape;
  };
  return resolve;
}
