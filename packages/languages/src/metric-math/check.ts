import type { Span } from "../syntax/language-error.ts";
import type { MathFunction, Parameter } from "./function.ts";
import { mathFunction } from "./functions.ts";
import { type CallNode, type MathNode, type MathType, type MetricMath, MetricMathError } from "./nodes.ts";

/** What an Id stands for: a metric of the request, or something whose series are calculated or searched. */
export interface MathInput {
  readonly type: "TS" | "TS[]";
  readonly metric: boolean;
}

/**
 * Checks that the Ids exist and the types fit.
 * @returns the type of the result
 * @throws MetricMathError saying what is wrong and where
 */
export function checkMetricMath(math: MetricMath, inputOf: (id: string) => MathInput | undefined): "TS" | "TS[]" {
  const type = typeOf(math.expression, inputOf);
  if (type === "TS" || type === "TS[]") return type;
  throw new MetricMathError(
    type === "S"
      ? "The expression results in a scalar, not in a time series. Use it within one, as in m1 - AVG(m1), or write TIME_SERIES(…)."
      : "The expression does not result in a time series. Write one of metrics, such as m1 + m2.",
    math.expression.span,
  );
}

type InputOf = (id: string) => MathInput | undefined;

function typeOf(node: MathNode, inputOf: InputOf): MathType {
  switch (node.kind) {
    case "number":
      return "S";
    case "text":
      return "String";
    case "word":
      throw new MetricMathError(
        `"${node.word}" is neither a function nor an Id. Ids begin with a lower-case letter, functions have parentheses.`,
        node.span,
      );
    case "id": {
      const input = inputOf(node.id);
      if (input !== undefined) return input.type;
      throw new MetricMathError(
        `There is no metric or expression with the Id "${node.id}" in the request. Add it, or correct the Id.`,
        node.span,
      );
    }
    case "array":
      return typeOfArray(node.items, inputOf, node.span);
    case "negative":
      return numeric("-", node.operand, inputOf);
    case "binary": {
      const left = numeric(node.operator, node.left, inputOf);
      const right = numeric(node.operator, node.right, inputOf);
      if (left === "TS[]" && right === "TS[]") {
        throw new MetricMathError(
          `Unsupported operand type(s) for ${node.operator}: two arrays of time series. Make one of them a single series with SUM, AVG, FIRST or the like.`,
          node.span,
        );
      }
      return left === "TS[]" || right === "TS[]" ? "TS[]" : left === "TS" || right === "TS" ? "TS" : "S";
    }
    case "call":
      return typeOfCall(node, inputOf);
  }
}

function numeric(operator: string, node: MathNode, inputOf: InputOf): MathType {
  const type = typeOf(node, inputOf);
  if (type === "S" || type === "TS" || type === "TS[]") return type;
  throw new MetricMathError(
    `Unsupported operand type(s) for ${operator}: ${nameOf(type)}. Operators take numbers and time series.`,
    node.span,
  );
}

function typeOfArray(items: readonly MathNode[], inputOf: InputOf, span: Span): MathType {
  const types = items.map((item) => typeOf(item, inputOf));
  if (types.length > 0 && types.every((type) => type === "String")) return "String[]";
  const wrong = types.findIndex((type) => type !== "TS" && type !== "TS[]");
  const type = types[wrong];
  if (type !== undefined) {
    throw new MetricMathError(
      `An array holds time series, or texts only; this element is ${nameOf(type)}. Write TIME_SERIES(…) around a number.`,
      items[wrong]?.span ?? span,
    );
  }
  return "TS[]";
}

function typeOfCall(call: CallNode, inputOf: InputOf): MathType {
  const definition = mathFunction(call.name);
  if (definition === undefined) throw new TypeError(`${call.name} was read as a function`);
  const types = call.args.map((arg, index) => typeOfArgument(definition, arg, index, inputOf));
  const [first] = call.args;
  if (call.name === "PERIOD" && (first?.kind !== "id" || inputOf(first.id)?.metric !== true)) {
    throw new MetricMathError(
      "PERIOD takes the Id of a metric, not the result of an expression.",
      first?.span ?? call.span,
    );
  }
  return definition.result(types, (message) => {
    throw new MetricMathError(message, call.span);
  });
}

function typeOfArgument(definition: MathFunction, arg: MathNode, index: number, inputOf: InputOf): MathType {
  const parameter = definition.parameters[index] ?? definition.more;
  if (parameter === undefined) throw new TypeError(`${definition.name} was read with too many arguments`);
  if (arg.kind === "word") {
    if (parameter.words?.includes(arg.word) === true) return "Word";
    if (parameter.words !== undefined) wrongArgument(definition, parameter, index, `"${arg.word}"`, arg.span);
  }
  const type = typeOf(arg, inputOf);
  if (type === "Word" || !parameter.types.includes(type))
    wrongArgument(definition, parameter, index, nameOf(type), arg.span);
  return type;
}

function wrongArgument(
  { name, usage }: MathFunction,
  { types, words = [] }: Parameter,
  index: number,
  found: string,
  span: Span,
): never {
  const wanted = [...types.map(nameOf), ...words];
  const last = wanted.pop();
  const list = wanted.length === 0 ? last : `${wanted.join(", ")} or ${last}`;
  throw new MetricMathError(`Argument ${index + 1} of ${name} is ${found}, but must be ${list}. Write ${usage}.`, span);
}

function nameOf(type: MathType): string {
  return NAMES[type];
}

const NAMES: Readonly<Record<MathType, string>> = {
  S: "a scalar",
  TS: "a time series",
  "TS[]": "an array of time series",
  String: "a text",
  "String[]": "an array of texts",
  Word: "a word",
};
