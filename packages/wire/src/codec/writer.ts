import { tag } from "@smithy/core/cbor";
import type { Member, Shape, StructureShape, TimestampFormat } from "../model/shape.ts";
import { type JsonNames, jsonKey } from "./names.ts";
import { epochSeconds, formatTimestamp } from "./text.ts";
import { dateOf, listOf, recordOf } from "./typed.ts";

/**
 * Turns a handler's output into a tree that `JSON.stringify` or the CBOR encoder can write.
 *
 * A writer is compiled once per shape. Where nothing in a shape needs turning (no time, blob, float or renamed member,
 * which is so for every answer of CloudWatch Logs) the writer is the identity, and writing costs one `JSON.stringify`.
 * Handlers are checked by the compiler to give no members but the model's, so members are not looked up again there.
 */
export type TreeWriter = (value: unknown) => unknown;

/** What differs between the tree formats. */
export interface TreeFormat {
  readonly names: JsonNames;
  readonly to: "json" | "cbor";
}

export function compileWriter(shape: Shape, format: TreeFormat): TreeWriter {
  return new Compiler(format).shape(shape) ?? ((value) => value);
}

/** Turns the value, or is `undefined` when the value can stay as it is. */
type Turn = TreeWriter | undefined;

class Compiler {
  readonly #format: TreeFormat;
  readonly #structures = new Map<StructureShape, { turn: Turn; readonly recursive: TreeWriter }>();

  constructor(format: TreeFormat) {
    this.#format = format;
  }

  shape(shape: Shape, timestamps?: TimestampFormat): Turn {
    switch (shape.kind) {
      case "structure":
        return this.#structure(shape);
      case "list": {
        const item = this.#member(shape.member);
        if (!item) return undefined;
        return (value) =>
          listOf(value).map((element) => (element === null || element === undefined ? null : item(element)));
      }
      case "map": {
        const item = this.#member(shape.value);
        if (!item) return this.#format.to === "cbor" ? defined : undefined;
        return (value) => {
          const out: Record<string, unknown> = Object.create(null);
          for (const [key, element] of Object.entries(recordOf(value))) {
            if (element !== undefined) out[key] = element === null ? null : item(element);
          }
          return out;
        };
      }
      case "timestamp":
        return this.#timestamp(timestamps);
      case "blob":
        return this.#format.to === "cbor" ? undefined : (value) => base64(value);
      case "float":
      case "double":
        return this.#format.to === "cbor" ? undefined : (value) => (Number.isFinite(value) ? value : String(value));
      case "bigInteger":
        return this.#format.to === "cbor" ? undefined : (value) => (typeof value === "bigint" ? Number(value) : value);
      default:
        return undefined;
    }
  }

  #member(member: Member): Turn {
    return this.shape(member.shape, member.timestampFormat);
  }

  #timestamp(format: TimestampFormat | undefined): TreeWriter {
    if (this.#format.to === "cbor") return (value) => tag({ tag: 1, value: epochSeconds(dateOf(value)) });
    if (format === undefined || format === "epoch-seconds") return (value) => epochSeconds(dateOf(value));
    return (value) => formatTimestamp(dateOf(value), format);
  }

  #structure(shape: StructureShape): Turn {
    const known = this.#structures.get(shape);
    // A structure inside itself is reached before its own turn is known, so the inner one is looked up when it is used.
    if (known) return known.recursive;
    const entry: { turn: Turn; readonly recursive: TreeWriter } = {
      turn: undefined,
      recursive: (value) => (entry.turn ? entry.turn(value) : value),
    };
    this.#structures.set(shape, entry);
    const members = shape.members.map((member) => ({
      name: member.name,
      key: jsonKey(member, this.#format.names),
      turn: this.#member(member),
    }));
    // CBOR refuses undefined members, so there every structure is copied.
    const same =
      this.#format.to === "json" && members.every((member) => member.turn === undefined && member.key === member.name);
    if (!same) {
      entry.turn = (value) => {
        const from = recordOf(value);
        const out: Record<string, unknown> = {};
        for (const member of members) {
          const item = from[member.name];
          if (item !== undefined && item !== null) out[member.key] = member.turn ? member.turn(item) : item;
        }
        return out;
      };
    }
    return entry.turn;
  }
}

/** A map without its undefined entries. */
function defined(value: unknown): unknown {
  const out: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(recordOf(value))) if (item !== undefined) out[key] = item;
  return out;
}

function base64(value: unknown): unknown {
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  return typeof value === "string" ? Buffer.from(value, "utf8").toString("base64") : value;
}
