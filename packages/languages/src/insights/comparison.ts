import { sqlNumber, sqlString } from "./sql-quote.ts";
import { asNumber, asText, boolean, falseIfNull, numberFromText, text, type Value } from "./sql-value.ts";

export type ComparisonOperator = "=" | "!=" | "<" | "<=" | ">" | ">=";

/**
 * Texts up to this length compare as numbers when both are numbers: "200"
 * equals "200.0". Longer digit strings are identifiers, which doubles would confuse.
 */
const MAX_NUMERIC_TEXT = 15;

/**
 * Compares two values: as numbers if both are numbers, else as texts. The
 * result is 0 or 1, never null: a comparison with a missing value is false, so
 * `!=` (the exact opposite of `=`) is true. Text that is no number is neither
 * smaller nor larger than a number.
 */
export function compare(operator: ComparisonOperator, left: Value, right: Value): Value {
  if (operator === "!=") return boolean(`NOT ${equals(left, right)}`);
  if (operator === "=") return boolean(equals(left, right));
  return boolean(ordered(operator, left, right));
}

function isNumeric(value: Value): boolean {
  return value.type === "number" || value.type === "boolean" || value.type === "timestamp";
}

/** Lists and maps count as null, so what is compared is the text of scalars. */
function scalar(value: Value): Value {
  return value.type === "json" ? text(asText(value)) : value;
}

function equals(leftValue: Value, rightValue: Value): string {
  const left = scalar(leftValue);
  const right = scalar(rightValue);
  if (left.type === "missing" || right.type === "missing") return "0";
  if (left.constant !== undefined && right.constant === undefined) return equals(right, left);
  const truth = truthConstant(right);
  if (left.type === "number" && (right.constant === "true" || right.constant === "false")) {
    return falseIfNull(`(${left.sql} = ${truth ? 1 : 0})`, left);
  }
  if (left.type === "boolean" && truth !== undefined) return `(${left.sql} = ${truth ? 1 : 0})`;
  // JSON's true and false are texts here, and equal 1 and 0 as AWS shows them.
  if (typeof right.constant === "boolean" && left.type === "text") {
    return falseIfNull(`(${left.sql} IN (${right.constant ? "'true', '1'" : "'false', '0'"}))`, left);
  }
  if (isNumeric(left) && isNumeric(right)) return falseIfNull(`(${asNumber(left)} = ${asNumber(right)})`, left, right);
  if (typeof right.constant === "number") return equalsNumber(left, right.constant);
  if (typeof right.constant === "string") return equalsText(left, right.constant);
  if (isNumeric(left) && right.type === "text") return equalsWord(left, right);
  if (isNumeric(right) && left.type === "text") return equalsWord(right, left);
  const byText = `${asText(left)} = ${asText(right)}`;
  const short = `length(${asText(left)}) <= ${MAX_NUMERIC_TEXT} AND length(${asText(right)}) <= ${MAX_NUMERIC_TEXT}`;
  return `ifNull(${byText} OR (${asNumber(left)} = ${asNumber(right)} AND ${short}), 0)`;
}

/** A number or Boolean against text of which nothing is known; the words true and false count as 1 and 0. */
function equalsWord(numeric: Value, word: Value): string {
  const ofWord = `multiIf(${word.sql} = 'true', 1, ${word.sql} = 'false', 0, ${asNumber(word)})`;
  return `ifNull(${asNumber(numeric)} = ${ofWord}, 0)`;
}

/** The truth a constant stands for against a Boolean: true, false, 1, 0 or their texts. */
function truthConstant(value: Value): boolean | undefined {
  if (value.constant === undefined) return undefined;
  const word = String(value.constant);
  if (word === "true" || word === "1") return true;
  return word === "false" || word === "0" ? false : undefined;
}

function equalsNumber(left: Value, wanted: number): string {
  // Infinity and not-a-number equal no literal, so the finite guard of asNumber is not needed here.
  const parsed = `toFloat64OrNull(${asText(left)}) = ${sqlNumber(wanted)}`;
  if (wanted === 1) return `ifNull(${parsed} OR ${asText(left)} = 'true', 0)`;
  if (wanted === 0) return `ifNull(${parsed} OR ${asText(left)} = 'false', 0)`;
  return `ifNull(${parsed}, 0)`;
}

function equalsText(left: Value, wanted: string): string {
  const parsed = wanted.length <= MAX_NUMERIC_TEXT ? numberFromText(wanted) : undefined;
  if (left.type === "timestamp" || parsed === undefined) {
    return falseIfNull(`(${asText(left)} = ${sqlString(wanted)})`, left);
  }
  if (left.type === "number") return falseIfNull(`(${left.sql} = ${sqlNumber(parsed)})`, left);
  const byText = `${asText(left)} = ${sqlString(wanted)}`;
  return `ifNull(${byText} OR (length(${asText(left)}) <= ${MAX_NUMERIC_TEXT} AND toFloat64OrNull(${asText(left)}) = ${sqlNumber(parsed)}), 0)`;
}

function ordered(operator: "<" | "<=" | ">" | ">=", leftValue: Value, rightValue: Value): string {
  const left = scalar(leftValue);
  const right = scalar(rightValue);
  if (left.type === "missing" || right.type === "missing") return "0";
  const byNumber = `${asNumber(left)} ${operator} ${asNumber(right)}`;
  const byText = `${asText(left)} ${operator} ${asText(right)}`;
  if (isNumeric(left) && isNumeric(right)) return falseIfNull(`(${byNumber})`, left, right);
  // A time against text that is no number compares as the time is shown.
  if (left.type === "timestamp" || right.type === "timestamp") return `ifNull(coalesce(${byNumber}, ${byText}), 0)`;
  const kinds = [kindOf(left), kindOf(right)];
  if (kinds.includes("number")) return `ifNull(${byNumber}, 0)`;
  return kinds.includes("word") ? `ifNull(${byText}, 0)` : `ifNull(coalesce(${byNumber}, ${byText}), 0)`;
}

/** What is known of a value before a row is read: a number, text that is no number, or either. */
function kindOf(value: Value): "number" | "word" | "either" {
  if (isNumeric(value)) return "number";
  if (typeof value.constant !== "string") return "either";
  return numberFromText(value.constant) === undefined ? "word" : "number";
}
