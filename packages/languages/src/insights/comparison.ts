import { sqlNumber, sqlString } from "./sql-quote.ts";
import { asNumber, asText, boolean, constant, falseIfNull, numberFromText, text, type Value } from "./sql-value.ts";

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

/**
 * Membership, which is `=` with each value: 0 or 1, never null. Values of one kind go into one set, because a list may hold
 * thousands of them.
 */
export function equalsOneOf(value: Value, constants: readonly (string | number | boolean)[]): string {
  const subject = scalar(value);
  const wanted = [...new Set(constants)];
  if (subject.type !== "text" && subject.type !== "number") {
    return `(${wanted.map((each) => equals(subject, constant(each))).join(" OR ")})`;
  }
  const texts: string[] = [];
  const numbers: number[] = [];
  const shortNumbers: number[] = [];
  for (const each of wanted) {
    const word = String(each);
    const truth = word === "true" ? 1 : word === "false" ? 0 : undefined;
    if (subject.type === "number") {
      const parsed = truth ?? (typeof each === "string" ? shortNumber(each) : Number(each));
      if (parsed === undefined) texts.push(word);
      else numbers.push(parsed);
      continue;
    }
    if (typeof each === "string") {
      texts.push(each);
      const parsed = shortNumber(each);
      if (parsed !== undefined) shortNumbers.push(parsed);
    } else if (typeof each === "boolean") texts.push(word, String(truth));
    else {
      numbers.push(each);
      if (each === 0 || each === 1) texts.push(each === 1 ? "true" : "false");
    }
  }
  // A set tells -0 from 0, which are equal.
  const parsed = `(${subject.type === "number" ? subject.sql : `toFloat64OrNull(${subject.sql})`} + 0)`;
  const found: string[] = [];
  if (texts.length > 0) found.push(`${asText(subject)} IN (${texts.map(sqlString).join(", ")})`);
  if (numbers.length > 0) found.push(`${parsed} IN (${numbers.map(plainNumber).join(", ")})`);
  if (shortNumbers.length > 0)
    found.push(
      `(length(${subject.sql}) <= ${MAX_NUMERIC_TEXT} AND ${parsed} IN (${shortNumbers.map(plainNumber).join(", ")}))`,
    );
  return `ifNull(${found.join(" OR ")}, 0)`;
}

/** Members of a set are written without a type, which would cost thousands of them a node each. */
function plainNumber(value: number): string {
  return String(value === 0 ? 0 : value);
}

/** The number of a text that is short enough to be one, and no identifier. */
function shortNumber(wanted: string): number | undefined {
  return wanted.length <= MAX_NUMERIC_TEXT ? numberFromText(wanted) : undefined;
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
  const parsed = shortNumber(wanted);
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
