import type { CallNode, MathType } from "./nodes.ts";
import type { MathEnvironment, MathValue } from "./value.ts";

/** What an argument may be: types, or some of a few words. */
export interface Parameter {
  readonly types: readonly Exclude<MathType, "Word">[];
  readonly words?: readonly string[];
}

/** What a call finds when it is evaluated. */
export interface CallContext {
  readonly call: CallNode;
  readonly environment: MathEnvironment;
  /** Seconds: of series that the call makes of nothing but scalars. */
  readonly period: number;
}

/** One function of metric math: what it takes, what comes of it, how it is worked out. */
export interface MathFunction {
  readonly name: string;
  /** How it is written, for messages. */
  readonly usage: string;
  readonly parameters: readonly Parameter[];
  /** How many of the parameters must be there. */
  readonly required: number;
  /** What any further arguments may be. */
  readonly more?: Parameter;
  /** The type of the result for arguments of these types. */
  result(types: readonly MathType[], refuse: (message: string) => never): MathType;
  evaluate(args: readonly MathValue[], context: CallContext): MathValue;
}

export const S: Parameter = { types: ["S"] };
export const TS: Parameter = { types: ["TS"] };
/** An array of time series; one alone counts as an array of one. */
export const ARRAY: Parameter = { types: ["TS[]", "TS"] };
export const SERIES: Parameter = { types: ["TS", "TS[]"] };
export const NUMBERS: Parameter = { types: ["S", "TS", "TS[]"] };
export const TEXT: Parameter = { types: ["String"] };
export const words = (...list: readonly string[]): Parameter => ({ types: [], words: list });
