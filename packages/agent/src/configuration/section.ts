import type { Node } from "jsonc-parser";
import type { Problem } from "./problem.ts";

/** Where a reader says what it found wrong. One is shared by all sections of a document. */
export interface Report {
  readonly problems: Problem[];
  /** @returns the place of a character of the text; undefined when there is no text that people wrote */
  readonly placeOf: (offset: number) => Problem["place"];
}

export interface TextRule {
  /** In characters. */
  readonly min?: number;
  readonly max?: number;
  readonly oneOf?: readonly string[];
}

export interface NumberRule {
  readonly min?: number;
  readonly max?: number;
  readonly oneOf?: readonly number[];
}

/** A JSON value of a configuration with its path. Reading members that are of the wrong kind reports it, and answers undefined. */
export class Section {
  readonly path: string;
  readonly node: Node;
  readonly #report: Report;
  readonly #members = new Map<string, Node>();
  readonly #read = new Set<string>();

  /** @param node an object; anything else is reported, and read as an empty object */
  constructor(node: Node, path: string, report: Report) {
    this.node = node;
    this.path = path;
    this.#report = report;
    if (node.type !== "object") {
      this.error(`must be an object, not ${kindOf(node)}`);
      return;
    }
    for (const property of node.children ?? []) {
      const [key, value] = property.children ?? [];
      if (key === undefined || value === undefined) continue;
      const name = String(key.value);
      if (this.#members.has(name)) this.#add("error", `${path}/${name}`, "is given twice", key);
      this.#members.set(name, value);
    }
  }

  error(message: string, member?: string): void {
    this.#add("error", this.#pathOf(member), message, this.#nodeOf(member));
  }

  note(message: string, member?: string): void {
    this.#add("note", this.#pathOf(member), message, this.#nodeOf(member));
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  names(): readonly string[] {
    return [...this.#members.keys()];
  }

  text(name: string, { min = 0, max = 4096, oneOf }: TextRule = {}): string | undefined {
    const node = this.#take(name, "string", "a text");
    if (node === undefined) return undefined;
    const value = String(node.value);
    if (value.length < min) this.error(min === 1 ? "must not be empty" : `must have at least ${min} characters`, name);
    else if (value.length > max) this.error(`must have at most ${max} characters, and has ${value.length}`, name);
    else if (oneOf !== undefined && !oneOf.includes(value)) {
      this.error(`must be one of ${oneOf.join(", ")}, not "${value}"`, name);
    } else return value;
    return undefined;
  }

  integer(name: string, { min, max, oneOf }: NumberRule = {}): number | undefined {
    const node = this.#take(name, "number", "a whole number");
    if (node === undefined) return undefined;
    const value = Number(node.value);
    if (!Number.isInteger(value)) this.error(`must be a whole number, not ${value}`, name);
    else if (min !== undefined && value < min) this.error(`must be at least ${min}, not ${value}`, name);
    else if (max !== undefined && value > max) this.error(`must be at most ${max}, not ${value}`, name);
    else if (oneOf !== undefined && !oneOf.includes(value))
      this.error(`must be one of ${oneOf.join(", ")}, not ${value}`, name);
    else return value;
    return undefined;
  }

  boolean(name: string): boolean | undefined {
    const node = this.#take(name, "boolean", "true or false");
    return node === undefined ? undefined : node.value === true;
  }

  section(name: string): Section | undefined {
    this.#read.add(name);
    const node = this.#members.get(name);
    if (node === undefined) return undefined;
    if (node.type !== "object") {
      this.error(`must be an object, not ${kindOf(node)}`, name);
      return undefined;
    }
    return new Section(node, this.#pathOf(name), this.#report);
  }

  /** The objects of a list. Items of another kind are reported. */
  sections(name: string, { min = 0, max = 16_384 }: NumberRule = {}): readonly Section[] | undefined {
    const items = this.#items(name, min, max);
    if (items === undefined) return undefined;
    const found: Section[] = [];
    for (const [index, node] of items.entries()) {
      const path = `${this.#pathOf(name)}/${index}`;
      if (node.type === "object") found.push(new Section(node, path, this.#report));
      else this.#add("error", path, `must be an object, not ${kindOf(node)}`, node);
    }
    return found;
  }

  /** The texts of a list; items of another kind are reported. */
  texts(
    name: string,
    rule: NumberRule & { readonly oneOfTexts?: readonly string[] } = {},
  ): readonly string[] | undefined {
    const items = this.#items(name, rule.min ?? 0, rule.max ?? 16_384);
    if (items === undefined) return undefined;
    const found: string[] = [];
    for (const [index, node] of items.entries()) {
      const path = `${this.#pathOf(name)}/${index}`;
      if (node.type !== "string" || node.value === "")
        this.#add("error", path, `must be a text, not ${kindOf(node)}`, node);
      else if (rule.oneOfTexts !== undefined && !rule.oneOfTexts.includes(String(node.value))) {
        this.#add("error", path, `must be one of ${rule.oneOfTexts.join(", ")}, not "${node.value}"`, node);
      } else found.push(String(node.value));
    }
    return found;
  }

  /** An object whose members are all texts. */
  textMap(name: string, max: number): ReadonlyMap<string, string> | undefined {
    const inner = this.section(name);
    if (inner === undefined) return undefined;
    if (inner.names().length > max) inner.error(`must have at most ${max} members, and has ${inner.names().length}`);
    const found = new Map<string, string>();
    for (const key of inner.names()) {
      const value = inner.text(key, { min: 1, max: 1024 });
      if (value !== undefined) found.set(key, value);
    }
    return found;
  }

  /** The raw items of a list, for lists that mix kinds. */
  nodes(name: string): readonly { readonly node: Node; readonly path: string }[] | undefined {
    return this.#items(name, 0, 16_384)?.map((node, index) => ({ node, path: `${this.#pathOf(name)}/${index}` }));
  }

  at(node: Node, path: string): Section {
    return new Section(node, path, this.#report);
  }

  errorAt(node: Node, path: string, message: string): void {
    this.#add("error", path, message, node);
  }

  /** Marks members as known though nothing reads them. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#read.add(name);
  }

  /** Reports members that nobody read: the original refuses them, since they are most often misspelt. */
  refuseOthers(): void {
    for (const name of this.#members.keys()) {
      if (!this.#read.has(name)) this.error(`is not known here. Known: ${[...this.#read].sort().join(", ")}`, name);
    }
  }

  #items(name: string, min: number, max: number): readonly Node[] | undefined {
    const node = this.#take(name, "array", "a list");
    if (node === undefined) return undefined;
    const items = node.children ?? [];
    if (items.length < min) this.error(`must have at least ${min} item${min === 1 ? "" : "s"}`, name);
    else if (items.length > max) this.error(`must have at most ${max} items, and has ${items.length}`, name);
    return items;
  }

  #take(name: string, type: Node["type"], wanted: string): Node | undefined {
    this.#read.add(name);
    const node = this.#members.get(name);
    if (node === undefined || node.type === type) return node;
    this.error(`must be ${wanted}, not ${kindOf(node)}`, name);
    return undefined;
  }

  #pathOf(member: string | undefined): string {
    return member === undefined ? this.path : `${this.path}/${member}`;
  }

  #nodeOf(member: string | undefined): Node {
    return (member === undefined ? undefined : this.#members.get(member)) ?? this.node;
  }

  #add(severity: Problem["severity"], path: string, message: string, node: Node): void {
    this.#report.problems.push({ severity, path, message, place: this.#report.placeOf(node.offset) });
  }
}

function kindOf(node: Node): string {
  switch (node.type) {
    case "object":
      return "an object";
    case "array":
      return "a list";
    case "string":
      return node.value === "" ? "an empty text" : "a text";
    default:
      return String(node.value);
  }
}
