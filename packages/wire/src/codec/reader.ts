import type { ListShape, MapShape, Shape, StructureShape } from "../model/shape.ts";
import type { ValidationAnswer } from "../model/validation-answers.ts";
import {
  blobChecks,
  type Check,
  demandsOf,
  listChecks,
  mapChecks,
  numberChecks,
  quote,
  reportsOnCollection,
  stringChecks,
} from "./constraints.ts";
import { serialization, WireFailure } from "./failure.ts";
import {
  MAX_DEPTH,
  numberReader,
  readBigDecimal,
  readBigInteger,
  readBlob,
  readBoolean,
  readDocument,
  readString,
  readTimestamp,
  tooDeep,
  unexpected,
} from "./leaves.ts";
import { type JsonNames, jsonKey } from "./names.ts";
import { isRecord, listOf, recordOf } from "./typed.ts";

/**
 * Reads an untrusted tree (what JSON, CBOR, a form or XML said) into a handler's input:
 *
 * - every value has its shape's type, or the request is refused with `SerializationException`;
 * - members that the model does not know are dropped, null members count as absent;
 * - what is required is there and every constraint holds, or the request is refused with all failures in AWS's words;
 * - maps have no prototype, so that no key means anything;
 * - recursion is bounded.
 *
 * A reader is compiled once per shape into closures. Reading is one pass that only notes *whether* a constraint failed;
 * the sentences are made in a second pass over the result, which good requests never pay for.
 * The tree belongs to the reader: lists are reused for the result.
 */
export interface InputReader {
  read(tree: unknown): Record<string, unknown>;
}

/** A message names this many failures; its count stays exact. */
const NAMED_FAILURES = 10;

export function compileReader(shape: StructureShape, names: JsonNames, answer: ValidationAnswer): InputReader {
  const root = new Compiler(names).compile(shape);
  return {
    read(tree) {
      const state: State = { failed: false, depth: 0 };
      const input = root.read(tree, state);
      if (state.failed) throw validationFailure(root, input, answer);
      return recordOf(input);
    },
  };
}

function validationFailure(root: Node, input: unknown, { code, ownText }: ValidationAnswer): WireFailure {
  const sentences = new Sentences();
  root.explain(input, "", sentences);
  const { count } = sentences;
  return new WireFailure(
    code,
    ownText?.(sentences.list) ??
      `${count} validation error${count === 1 ? "" : "s"} detected: ${sentences.list.join("; ")}`,
  );
}

interface State {
  failed: boolean;
  depth: number;
}

interface Node {
  /** Gives the typed value. Throws on a wrong type, sets `state.failed` on a broken constraint. */
  read(value: unknown, state: State): unknown;
  /** Adds a sentence for each broken constraint of a value that `read` returned. */
  explain(value: unknown, path: string, sentences: Sentences): void;
}

/** Collects what is wrong with an input, in AWS's words. */
class Sentences {
  /** The first ones. A list of millions of bad elements has millions of failures, which are only counted. */
  readonly list: string[] = [];
  count = 0;
  /** Set while the values are ones that AWS marks as sensitive, which its messages leave out. */
  withheld = false;

  add(value: unknown, path: string, demand: string): void {
    this.count++;
    if (this.list.length >= NAMED_FAILURES) return;
    const shown = this.withheld ? "Value" : `Value ${quote(value)}`;
    this.list.push(`${shown} at '${path}' failed to satisfy constraint: ${demand}`);
  }
}

/** AWS writes each step of a path with a small first letter, also where the member's name has a capital. */
const step = (path: string, name: string) => {
  const small = name.charAt(0).toLowerCase() + name.slice(1);
  return path === "" ? small : `${path}.${small}`;
};

class Compiler {
  readonly #names: JsonNames;
  readonly #structures = new Map<StructureShape, Node>();

  constructor(names: JsonNames) {
    this.#names = names;
  }

  compile(shape: Shape): Node {
    switch (shape.kind) {
      case "structure":
        return this.#structure(shape);
      case "list":
        return this.#list(shape);
      case "map":
        return this.#map(shape);
      case "string":
        return leaf(readString, stringChecks(shape));
      case "integer":
      case "long":
      case "float":
      case "double":
        return leaf(numberReader(shape.kind), numberChecks(shape));
      case "boolean":
        return leaf(readBoolean, []);
      case "timestamp":
        return leaf(readTimestamp, []);
      case "blob":
        return leaf(readBlob, blobChecks(shape));
      case "bigInteger":
        return leaf(readBigInteger, []);
      case "bigDecimal":
        return leaf(readBigDecimal, []);
      case "document":
        return { read: (value, state) => readDocument(value, MAX_DEPTH - state.depth), explain: () => {} };
    }
  }

  #structure(shape: StructureShape): Node {
    const known = this.#structures.get(shape);
    if (known) return known;
    const node: { read: Node["read"]; explain: Node["explain"] } = {
      read: (value) => value,
      explain: () => {},
    };
    this.#structures.set(shape, node);
    const members = shape.members.map((member) => ({
      name: member.name,
      key: jsonKey(member, this.#names),
      // The client fills in a token that is absent, and AWS's services accept a call without one.
      required: member.required && member.idempotencyToken !== true,
      sensitive: member.sensitive === true,
      node: member.streaming ? STREAM : this.compile(member.shape),
    }));
    const { union, name: shapeName } = shape;
    node.read = (value, state) => {
      if (!isRecord(value)) throw unexpected("a structure", value);
      if (++state.depth > MAX_DEPTH) throw tooDeep();
      const out: Record<string, unknown> = {};
      let set = 0;
      for (const member of members) {
        const item = value[member.key];
        if (item === undefined || item === null) {
          if (member.required) state.failed = true;
        } else {
          out[member.name] = member.node.read(item, state);
          set++;
        }
      }
      if (union && set !== 1)
        throw serialization(`Exactly one member of the union ${shapeName} must be set, and ${set} are.`);
      state.depth--;
      return out;
    };
    node.explain = (value, path, sentences) => {
      const input = recordOf(value);
      for (const member of members) {
        const item = input[member.name];
        const at = step(path, member.name);
        if (item !== undefined) explainMember(member, item, at, sentences);
        else if (member.required) sentences.add(null, at, "Member must not be null");
      }
    };
    return node;
  }

  #list(shape: ListShape): Node {
    const item = this.compile(shape.member.shape);
    const checks = listChecks(shape);
    const { sparse } = shape;
    const demands = demandsOf(shape.member.shape);
    const onCollection = reportsOnCollection(shape.member.shape);
    return {
      read(value, state) {
        if (!Array.isArray(value)) throw unexpected("a list", value);
        for (let i = 0; i < value.length; i++) {
          const element: unknown = value[i];
          if (element !== null && element !== undefined) value[i] = item.read(element, state);
          else if (sparse) value[i] = null;
          else state.failed = true;
        }
        for (const check of checks) if (!check.holds(value)) state.failed = true;
        return value;
      },
      explain(value, path, sentences) {
        const list = listOf(value);
        for (const check of checks) if (!check.holds(list)) sentences.add(list, path, check.demand);
        let broken = false;
        for (const [index, element] of list.entries()) {
          if (element === null || element === undefined) {
            if (!sparse) sentences.add(null, `${path}.${index + 1}.member`, "Member must not be null");
          } else if (onCollection) broken ||= hasFailure(item, element);
          else item.explain(element, `${path}.${index + 1}.member`, sentences);
        }
        if (broken) sentences.add(list, path, `Member must satisfy constraint: [${demands.join(", ")}]`);
      },
    };
  }

  #map(shape: MapShape): Node {
    const key = this.compile(shape.key.shape);
    const item = this.compile(shape.value.shape);
    const checks = mapChecks(shape);
    const { sparse } = shape;
    const keyDemands = demandsOf(shape.key.shape);
    const valueDemands = demandsOf(shape.value.shape);
    const onCollection = reportsOnCollection(shape.value.shape);
    return {
      read(value, state) {
        if (!isRecord(value)) throw unexpected("a map", value);
        const out: Record<string, unknown> = Object.create(null);
        for (const [name, element] of Object.entries(value)) {
          key.read(name, state);
          if (element !== null && element !== undefined) out[name] = item.read(element, state);
          else {
            out[name] = null;
            if (!sparse) state.failed = true;
          }
        }
        for (const check of checks) if (!check.holds(out)) state.failed = true;
        return out;
      },
      explain(value, path, sentences) {
        const map = recordOf(value);
        for (const check of checks) if (!check.holds(map)) sentences.add(map, path, check.demand);
        let brokenKey = false;
        let brokenValue = false;
        for (const [name, element] of Object.entries(map)) {
          brokenKey ||= hasFailure(key, name);
          const at = `${path}.${name}.member`;
          if (element === null || element === undefined) {
            if (!sparse) sentences.add(null, at, "Member must not be null");
          } else if (onCollection) brokenValue ||= hasFailure(item, element);
          else item.explain(element, at, sentences);
        }
        if (brokenKey) sentences.add(map, path, `Map keys must satisfy constraint: [${keyDemands.join(", ")}]`);
        if (brokenValue) sentences.add(map, path, `Map value must satisfy constraint: [${valueDemands.join(", ")}]`);
      },
    };
  }
}

function explainMember(
  member: { readonly sensitive: boolean; readonly node: Node },
  value: unknown,
  path: string,
  sentences: Sentences,
): void {
  const { withheld } = sentences;
  sentences.withheld = withheld || member.sensitive;
  member.node.explain(value, path, sentences);
  sentences.withheld = withheld;
}

function hasFailure(node: Node, value: unknown): boolean {
  const sentences = new Sentences();
  node.explain(value, "", sentences);
  return sentences.count > 0;
}

/** Bytes or events that stream past the codec are handed on as they are. */
const STREAM: Node = { read: (value) => value, explain: () => {} };

function leaf<T>(read: (value: unknown) => T, checks: readonly Check<T>[]): Node {
  const explain: Node["explain"] = (value, path, sentences) => {
    const typed = read(value);
    for (const check of checks) if (!check.holds(typed)) sentences.add(value, path, check.demand);
  };
  const [first, second] = checks;
  if (!first) return { read, explain };
  // A batch of events runs these a hundred thousand times a second, so the usual one or two checks need no loop.
  if (!second) {
    return {
      read(value, state) {
        const typed = read(value);
        if (!first.holds(typed)) state.failed = true;
        return typed;
      },
      explain,
    };
  }
  return {
    read(value, state) {
      const typed = read(value);
      for (const check of checks) if (!check.holds(typed)) state.failed = true;
      return typed;
    },
    explain,
  };
}
