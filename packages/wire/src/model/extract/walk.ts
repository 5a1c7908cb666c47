import { NormalizedSchema } from "@smithy/core/schema";
import type { SimpleKind } from "../shape.ts";
import type { SnapshotMember, SnapshotOperation, SnapshotShape } from "../snapshot.ts";
import type { BotocoreModel, BotocoreShape } from "./botocore.ts";
import { errorTraits, memberTraits, xmlNamespace } from "./traits.ts";

/** Collects shapes by name while it follows the SDK's schemas and botocore's side by side. */
export class Walk {
  readonly shapes: Record<string, SnapshotShape> = {};
  readonly unjoined: string[] = [];
  readonly #botocore: BotocoreModel | undefined;

  constructor(botocore: BotocoreModel | undefined) {
    this.#botocore = botocore;
  }

  operation(name: string, schema: readonly unknown[]): SnapshotOperation {
    const known = this.#botocore?.operations[name];
    if (this.#botocore && !known) this.unjoined.push(name);
    const traits = schema[3];
    const http = typeof traits === "object" && traits !== null && "http" in traits ? traits.http : undefined;
    const input = this.structure(NormalizedSchema.of(asSchema(schema[4])), known?.input?.shape);
    const output = this.structure(NormalizedSchema.of(asSchema(schema[5])), known?.output?.shape);
    return {
      ...(input === undefined ? {} : { input }),
      ...(output === undefined ? {} : { output }),
      errors: (known?.errors ?? []).map((error) => error.shape).sort(),
      ...(Array.isArray(http) ? { http: { method: http[0], uri: http[1], status: http[2] } } : {}),
    };
  }

  /** Gives the error's name. */
  error(name: string, schema: readonly unknown[]): string {
    return this.structure(NormalizedSchema.of(asSchema(schema)), name) ?? name;
  }

  openEnum(name: string): void {
    const shape = this.shapes[name];
    if (shape && "enum" in shape) {
      const { enum: _, ...open } = shape;
      this.shapes[name] = open;
    }
  }

  overrideStatus(name: string, status: number): void {
    const shape = this.shapes[name];
    if (shape?.kind === "structure" && shape.error) this.shapes[name] = { ...shape, error: { ...shape.error, status } };
  }

  /** Gives the name of the structure, or `undefined` for "nothing". */
  structure(schema: NormalizedSchema, joined: string | undefined): string | undefined {
    if (schema.isUnitSchema()) return undefined;
    const name = schema.getName() ?? joined;
    if (name === undefined) throw new Error("A structure without a name cannot be stored.");
    if (this.shapes[name]) return name;
    const raw: unknown = schema.getSchema();
    const required = Array.isArray(raw) && typeof raw[6] === "number" ? raw[6] : 0;
    const traits = schema.getOwnTraits();
    const known = joined === undefined ? undefined : this.#botocore?.shapes[joined];
    const members: Record<string, SnapshotMember> = {};
    this.shapes[name] = {
      kind: "structure",
      ...(schema.isUnionSchema() ? { union: true } : {}),
      ...(typeof traits.xmlName === "string" ? { xmlName: traits.xmlName } : {}),
      ...(traits.xmlNamespace === undefined ? {} : { xmlNamespace: xmlNamespace(traits.xmlNamespace) }),
      ...(traits.error === undefined ? {} : { error: errorTraits(traits) }),
      members,
    };
    let index = 0;
    for (const [memberName, member] of schema.structIterator()) {
      const partner = known?.members?.[memberName]?.shape;
      if (known && !partner && !traits.error) this.unjoined.push(`${name}.${memberName}`);
      members[memberName] = {
        shape: this.#shape(member, partner),
        ...(index++ < required ? { required: true } : {}),
        ...memberTraits(member),
      };
    }
    return name;
  }

  #shape(schema: NormalizedSchema, joined: string | undefined): string {
    const known = joined === undefined ? undefined : this.#botocore?.shapes[joined];
    if (schema.isStructSchema()) {
      const name = this.structure(schema, joined);
      if (name === undefined) throw new Error("A member cannot have the unit shape.");
      return name;
    }
    if (schema.isListSchema()) {
      const value = schema.getValueSchema();
      const member = { shape: this.#shape(value, known?.member?.shape), ...memberTraits(value) };
      return this.#add(joined, `ListOf${member.shape}`, { kind: "list", member, ...size(known), ...sparse(schema) });
    }
    if (schema.isMapSchema()) {
      const key = {
        shape: this.#shape(schema.getKeySchema(), known?.key?.shape),
        ...memberTraits(schema.getKeySchema()),
      };
      const value = {
        shape: this.#shape(schema.getValueSchema(), known?.value?.shape),
        ...memberTraits(schema.getValueSchema()),
      };
      return this.#add(joined, `MapOf${value.shape}`, { kind: "map", key, value, ...size(known), ...sparse(schema) });
    }
    const kind = simpleKind(schema, known);
    return this.#add(joined, kind, {
      kind,
      ...size(known),
      ...(known?.pattern === undefined ? {} : { pattern: known.pattern }),
      ...(known?.enum === undefined ? {} : { enum: known.enum }),
    });
  }

  /** Two schemas may share botocore's name and differ (a list that is sparse in one place): then the later gets a number. */
  #add(joined: string | undefined, otherwise: string, shape: SnapshotShape): string {
    const base = joined ?? otherwise;
    const text = JSON.stringify(shape);
    for (let copy = 1; ; copy++) {
      const name = copy === 1 ? base : `${base}_${copy}`;
      const present = this.shapes[name];
      if (present && JSON.stringify(present) !== text) continue;
      this.shapes[name] = shape;
      return name;
    }
  }
}

/** The SDK's schemas are nested tuples that its types leave open; `NormalizedSchema` checks them as it reads. */
type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];
const asSchema = (value: unknown): SchemaRef => value as SchemaRef;

const size = (known: BotocoreShape | undefined) => ({
  ...(known?.min === undefined ? {} : { min: known.min }),
  ...(known?.max === undefined ? {} : { max: known.max }),
});
const sparse = (schema: NormalizedSchema) => (schema.getOwnTraits().sparse ? { sparse: true } : {});

function simpleKind(schema: NormalizedSchema, known: BotocoreShape | undefined): SimpleKind {
  if (schema.isBigIntegerSchema()) return "bigInteger";
  if (schema.isBigDecimalSchema()) return "bigDecimal";
  if (schema.isStringSchema()) return "string";
  if (schema.isBooleanSchema()) return "boolean";
  if (schema.isTimestampSchema()) return "timestamp";
  if (schema.isBlobSchema()) return "blob";
  if (schema.isNumericSchema()) {
    const kind = known?.type;
    return kind === "integer" || kind === "long" || kind === "float" ? kind : "double";
  }
  return "document";
}
