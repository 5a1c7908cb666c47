/** Something that CloudWatch says of a dashboard's body, at a place given as a JSON pointer. */
export interface Finding {
  readonly dataPath: string;
  readonly message: string;
}

/** Findings are for a person to read, and a body of a megabyte can hold a hundred thousand faults. */
const MAX_FINDINGS = 1_000;

/** What has been found so far. Past the bound further findings of a kind are dropped. */
export class Findings {
  readonly errors: Finding[] = [];
  readonly warnings: Finding[] = [];
}

/** A place in a JSON document, at which something can be found. */
export class Place {
  /** A JSON pointer; empty for the whole document. */
  readonly path: string;
  readonly #findings: Findings;

  constructor(findings: Findings, path = "") {
    this.#findings = findings;
    this.path = path;
  }

  at(key: string | number): Place {
    return new Place(this.#findings, `${this.path}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`);
  }

  /** An error, which refuses the document. Returns false, so that a check can end with it. */
  error(message: string): false {
    this.#add(this.#findings.errors, message);
    return false;
  }

  /** A warning: something may not show, or not as it was meant. */
  warning(message: string): void {
    this.#add(this.#findings.warnings, message);
  }

  #add(list: Finding[], message: string): void {
    if (list.length < MAX_FINDINGS) list.push({ dataPath: this.path, message });
  }
}
