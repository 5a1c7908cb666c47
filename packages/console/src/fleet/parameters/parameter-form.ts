export const TYPES = ["String", "StringList", "SecureString"] as const;
export type ParameterType = (typeof TYPES)[number];

export interface ParameterForm {
  readonly name: string;
  readonly type: ParameterType;
  readonly value: string;
  readonly description: string;
  /** Of a SecureString; empty for the service's own. */
  readonly keyId: string;
}

/** Bytes of a parameter's value: more needs the advanced tier, and still more is not taken. */
const STANDARD_BYTES = 4_096;
const MOST_BYTES = 8_192;
const MOST_NAME = 1_011;
const MOST_LEVELS = 15;

/** What is wrong with a new parameter's name (user guide, "About requirements and constraints for parameter names"); undefined for a good one. */
export function parameterNameFault(name: string): string | undefined {
  if (name === "") return "A parameter needs a name.";
  if (/^\/?(aws|ssm)/i.test(name)) return "Names that begin with aws or ssm are AWS's own.";
  if (name.includes("/") && !name.startsWith("/")) return "A name with slashes begins with one.";
  if (!/^\/?[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/.test(name)) {
    return "A name has letters and digits without accents, the characters . - _ and slashes between its parts.";
  }
  if (name.length > MOST_NAME) return `A name has at most ${MOST_NAME} characters.`;
  return name.split("/").length - (name.startsWith("/") ? 1 : 0) > MOST_LEVELS
    ? `A name has at most ${MOST_LEVELS} parts.`
    : undefined;
}

/** What is wrong with a value of that type; undefined for a good one. */
export function parameterValueFault(type: ParameterType, value: string): string | undefined {
  if (value === "") return "A parameter needs a value.";
  if (bytesOf(value) > MOST_BYTES) return "A value has at most 8,192 bytes.";
  if (type === "StringList" && value.split(",").some((item) => item === "")) return "An item of the list is empty.";
  return undefined;
}

/** What PutParameter is told. A value that is too large for the standard tier asks for the advanced one. */
export function putInput({ name, type, value, description, keyId }: ParameterForm, overwrite: boolean) {
  return {
    Name: name,
    Type: type,
    Value: value,
    Description: description,
    Overwrite: overwrite,
    ...(bytesOf(value) > STANDARD_BYTES && { Tier: "Advanced" as const }),
    ...(type === "SecureString" && keyId.trim() !== "" && { KeyId: keyId.trim() }),
  };
}

export const typeOf = (text: string | undefined): ParameterType => TYPES.find((type) => type === text) ?? "String";

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
