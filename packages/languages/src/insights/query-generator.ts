import type { ScriptEvent } from "./test-script.ts";

/** A repeatable source of whole numbers below a bound. */
export type Random = (below: number) => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    // Mulberry32: small, and good enough to spread over the grammar.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function pick<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[random(choices.length)] ?? choices[0];
}

const WORDS = [
  "a",
  "b",
  "abc",
  "A1",
  "10",
  "10.0",
  "07",
  "",
  "x=1 y=2",
  "true",
  "0",
  "-3",
  "zeta",
  "a b c",
  "é",
] as const;

/** Events whose fields are present or not, numbers, texts of numbers, texts and Booleans. */
export function randomEvents(random: Random, count: number): ScriptEvent[] {
  return Array.from({ length: count }, () => {
    const offsetMs = random(20) * 30_000;
    const stream = pick(random, ["s", "t"]);
    if (random(6) === 0) {
      return {
        group: "g",
        stream,
        offsetMs,
        message: pick(random, ["plain text a", "a=1 b=2 c", "x=abc y=10", "k: v: w"]),
      };
    }
    const fields: Record<string, unknown> = {};
    if (random(4) > 0) fields.k = pick(random, ["a", "b", "c", "abc", ""]);
    if (random(4) > 0) fields.n = pick<unknown>(random, [0, 1, 2, 3, 10, -3, 2.5, "7", "10", "junk"]);
    if (random(3) > 0) fields.m = random(50) / 4;
    if (random(3) === 0) fields.f = random(2) === 0;
    if (random(2) === 0) fields.w = pick<string>(random, WORDS);
    if (random(3) === 0)
      fields.l = pick<unknown>(random, [[], [1, 2, "a"], ["b"], "abc", [-3, 10], [2.5, "b c", "10"]]);
    if (random(2) === 0) fields.o = { p: pick(random, ["q", "r", 5]) };
    return { group: "g", stream, offsetMs, message: JSON.stringify(fields) };
  });
}

const FIELDS = ["k", "n", "m", "f", "w", "o.p", "o", "l", "gone"] as const;

/** A random query in the part of the language that the naive evaluator knows. */
export function randomQuery(random: Random): string {
  return new QueryWriter(random).write();
}

class QueryWriter {
  readonly #random: Random;
  #names: string[] = [...FIELDS, "@logStream"];
  #aliases = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  write(): string {
    const commands: string[] = [];
    for (let left = this.#random(4); left > 0; left--) commands.push(this.#rowCommand());
    const stats = this.#random(5) < 2;
    // Rows that come from one event stand in no certain order, so what follows counts them.
    if (stats && this.#random(5) === 0) commands.push(this.#multiplied());
    if (stats) commands.push(this.#stats());
    else if (this.#random(2) === 0) commands.push(this.#fields());
    if (this.#random(2) === 0) commands.push(`filter ${this.#condition(1)}`);
    if (stats && this.#random(5) === 0) commands.push(this.#stats());
    if (this.#random(2) === 0) commands.push(this.#sort());
    if (this.#random(6) === 0) commands.push(this.#beside(stats));
    if (this.#random(3) === 0) commands.push(`limit ${1 + this.#random(8)}`);
    if (this.#random(8) === 0) commands.push(`dedup ${this.#name()}`);
    else if (this.#random(25) === 0) commands.push("estimate");
    if (commands.length === 0) commands.push(this.#fields());
    return commands.join(" | ");
  }

  /** Several rows of one. */
  #multiplied(): string {
    if (this.#random(2) === 0) {
      const alias = this.#alias();
      this.#names.push(alias);
      return `unnest ${this.#one("l", "l", "k", "gone")} into ${alias}`;
    }
    const inner = this.#one(
      `filter ${this.#one("m > 5", "ispresent(f)", "n < 3")}`,
      `stats count(*) as c, max(m) as m by k, n`,
      `fields k, n, m | sort @timestamp | limit ${1 + this.#random(9)}`,
      `parse @message "*:" as k`,
    );
    const keys = this.#one("a.k = b.k", "a.k = b.n", "a.n = b.n and a.k = b.k", "a.w = b.k", "a.m = b.m");
    this.#names.push("a.k", "b.k", "b.n", "b.m");
    return `join ${this.#one("", "type=left ", "type=inner ")}left=a right=b where ${keys} (SOURCE 'g' | ${inner})`;
  }

  /** Totals, or the columns of another query. */
  #beside(stats: boolean): string {
    if (this.#random(2) === 0) {
      const options = this.#one("", "row=false col=true ", "col=true ", "fieldname=Sum col=true ");
      return `addtotals ${options}${this.#name()}, ${this.#name()}`;
    }
    const alias = this.#alias();
    const options = this.#one("", "override=true ", "max=2 ", "override=true max=3 ");
    const name = this.#one("k", "n", "w", alias);
    const inner = this.#one(
      `filter ${this.#one("k", "n", "f")} != "a" | fields ${this.#one("m", "w", "o.p")} as ${name}, n | sort ${name}`,
      `stats count(*) as ${name}, max(m) as ${alias}x by ${this.#one("k", "f")} | sort ${name} desc`,
      `fields ${name === alias ? "k" : name}, @logStream | limit 4`,
      `stats sum(n) as ${name}`,
    );
    this.#names.push(name, ...(stats ? [] : ["n"]));
    return `appendcols ${options}(SOURCE 'g' | ${inner})`;
  }

  #one<T>(...choices: [T, ...T[]]): T {
    return pick(this.#random, choices);
  }

  #name(): string {
    return this.#names[this.#random(this.#names.length)] ?? "k";
  }

  #alias(): string {
    const name = `v${++this.#aliases}`;
    return name;
  }

  #rowCommand(): string {
    const choice = this.#random(8);
    if (choice === 7) return this.#random(4) === 0 ? this.#beside(false) : this.#lookBack();
    if (choice < 3) return `filter ${this.#condition(2)}`;
    if (choice < 5) return this.#fields();
    if (choice === 5) return this.#parse();
    return this.#random(3) === 0 ? `${this.#sort()} | limit ${1 + this.#random(15)}` : this.#sort();
  }

  #fields(): string {
    const items = Array.from({ length: 1 + this.#random(2) }, () => {
      if (this.#random(2) === 0) return this.#name();
      const expression = this.#value(2);
      const alias = this.#alias();
      this.#names.push(alias);
      return `${expression} as ${alias}`;
    });
    return `fields ${items.join(", ")}`;
  }

  #parse(): string {
    const [glob, count] = this.#one<[string, number]>(
      ["* *", 2],
      ["*=* *", 3],
      ["x=* y=*", 2],
      ["*=*=*", 3],
      ["*:", 1],
      ["a*", 1],
    );
    const names = Array.from({ length: count }, () => this.#alias());
    this.#names.push(...names);
    return `parse ${this.#one("@message", "w", "@message")} "${glob}" as ${names.join(", ")}`;
  }

  #lookBack(): string {
    const name = this.#name();
    const alias = this.#alias();
    return this.#one(
      () => {
        this.#names.push(alias);
        return `accum ${name} as ${alias}`;
      },
      () => {
        this.#names.push(`${alias}_p2`);
        return `autoregress ${name} as ${alias} p=1-2`;
      },
      () => `filldown ${this.#one("k", "n", "f", "w")}`,
      () => {
        this.#names.push(alias);
        return `sessionize ${this.#one("k", "n, k", "gone", "@logStream")} maxspan ${this.#one("30s", "1m", "90s")} as ${alias}`;
      },
      () =>
        `outlier ${this.#one("", "action=remove ", "param=0.5 ", "param=0.5 uselower=true ")}${this.#one("n", "m", "w")}`,
    )();
  }

  #stats(): string {
    if (this.#random(10) === 0) {
      const fields = [...new Set([this.#name(), this.#name()])];
      this.#names = [...fields, "_approxcount"];
      return `countFrequent ${fields.join(", ")}`;
    }
    const keys = Array.from({ length: this.#random(3) }, () => this.#name());
    const outputs = Array.from({ length: 1 + this.#random(2) }, () => {
      const alias = this.#alias();
      return {
        alias,
        text: `${this.#aggregate()}${this.#random(4) === 0 ? ` ${this.#one("+", "*")} 2` : ""} as ${alias}`,
      };
    });
    this.#names = [...new Set([...keys, ...outputs.map((output) => output.alias)])];
    return `stats ${outputs.map((output) => output.text).join(", ")}${keys.length === 0 ? "" : ` by ${[...new Set(keys)].join(", ")}`}`;
  }

  #aggregate(): string {
    const name = this.#name();
    return this.#one(
      "count(*)",
      `count(${name})`,
      `sum(${name})`,
      `avg(${name})`,
      `min(${this.#numeric(1)})`,
      `max(${this.#numeric(1)})`,
      `count_distinct(${name})`,
      `pct(${name}, ${this.#one(0, 25, 50, 90, 100)})`,
    );
  }

  #sort(): string {
    const keys = Array.from({ length: 1 + this.#random(2) }, () => `${this.#name()}${this.#one("", " asc", " desc")}`);
    return `sort ${keys.join(", ")}`;
  }

  #literal(): string {
    return this.#random(2) === 0
      ? this.#one("0", "1", "2", "10", "2.5", "-3", "7")
      : JSON.stringify(this.#one<string>(...WORDS));
  }

  #value(depth: number): string {
    if (depth === 0) return this.#random(3) === 0 ? this.#literal() : this.#name();
    return this.#one(this.#numeric(depth), this.#text(depth), this.#condition(depth - 1), this.#name());
  }

  #numeric(depth: number): string {
    const operand = () => this.#value(depth - 1);
    if (depth === 0) return this.#name();
    return this.#one(
      `(${operand()} ${this.#one("+", "-", "*", "%", "/")} ${operand()})`,
      `abs(${operand()})`,
      `floor(${operand()})`,
      `ceil(${operand()})`,
      `strlen(${this.#text(depth - 1)})`,
      `greatest(${operand()}, ${operand()})`,
      `least(${operand()}, 3)`,
      `hexToDec(${this.#text(depth - 1)})`,
    );
  }

  #text(depth: number): string {
    if (depth === 0) return this.#one("k", "w", "@logStream", "gone", '"lit"');
    const operand = () => this.#text(depth - 1);
    return this.#one(
      `toupper(${operand()})`,
      `concat(${operand()}, "-", ${operand()})`,
      `coalesce(${operand()}, ${operand()})`,
      `substr(${operand()}, ${this.#random(3)})`,
      `regexReplace(${operand()}, "[a-c]+", "<>")`,
    );
  }

  #condition(depth: number): string {
    if (depth > 0 && this.#random(3) === 0) {
      return this.#one(
        `(${this.#condition(depth - 1)} ${this.#one("and", "or")} ${this.#condition(depth - 1)})`,
        `not (${this.#condition(depth - 1)})`,
      );
    }
    const operand = this.#random(4) === 0 ? this.#value(Math.max(depth, 1) - 1) : this.#name();
    const other = this.#random(3) === 0 ? this.#name() : this.#literal();
    return this.#one(
      `${operand} ${this.#one("=", "!=", "<", "<=", ">", ">=")} ${other}`,
      `${operand} ${this.#one("=", "!=", "<", ">")} ${other}`,
      `${this.#name()} ${this.#one("like", "not like")} ${this.#one('"a"', '"1"', "/^a/", "/[0-9]+$/", "/b|c/", '"x=1"', "/abc/", '"zeta"')}`,
      `${operand} ${this.#one("in", "not in")} [${this.#literal()}, ${this.#literal()}]`,
      `ispresent(${this.#name()})`,
      `${this.#name()} ${this.#one("in", "not in")} (SOURCE 'g' | filter ${this.#one("m > 5", 'k = "a"', "ispresent(f)", "n < 3")} | fields ${this.#one("n", "k", "w", "m")})`,
      `isempty(${this.#text(1)})`,
      `strcontains(${this.#text(1)}, ${this.#one('"a"', '"b"')})`,
      this.#name(),
    );
  }
}
