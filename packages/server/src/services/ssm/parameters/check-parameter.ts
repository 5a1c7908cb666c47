import { RE2JS } from "re2js";
import type { SsmCall } from "../operation.ts";

/** Rules of names (API reference, PutParameter, and user guide, "About requirements and constraints for parameter names"). */
const MAX_LEVELS = 15;
const MAX_NAME = 1_011;
const MAX_VALUE = { Standard: 4_096, Advanced: 8_192 } as const;

export function checkName(call: SsmCall, name: string): void {
  if (/^\/?(aws|ssm)/i.test(name)) {
    const prefix = /^\/?aws/i.test(name) ? "aws" : "ssm";
    throw prefix === "aws" && name.startsWith("/")
      ? call.error("AccessDeniedException", `No access to reserved parameter name: ${name}.`)
      : call.error(
          "ValidationException",
          `Parameter name: can't be prefixed with "${prefix}" (case-insensitive). ${FORM}`,
        );
  }
  if (name.includes("/") && !name.startsWith("/"))
    throw call.error("ValidationException", "Parameter name must be a fully qualified name.");
  if (!/^\/?[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/.test(name) || name.length > MAX_NAME)
    throw call.error("ValidationException", `Parameter name: ${FORM}`);
  if (name.split("/").length - (name.startsWith("/") ? 1 : 0) > MAX_LEVELS)
    throw call.error(
      "HierarchyLevelLimitExceededException",
      `A hierarchy can have a maximum of ${MAX_LEVELS} levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.`,
    );
}

const FORM =
  "If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_";

export function checkValue(
  call: SsmCall,
  { value, tier, pattern, type }: { value: string; tier: "Standard" | "Advanced"; pattern: string; type: string },
): void {
  if (value === "")
    throw call.error(
      "ValidationException",
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  if (Buffer.byteLength(value) > MAX_VALUE[tier])
    throw call.error(
      "ValidationException",
      tier === "Standard"
        ? `Standard tier parameters support a maximum parameter value of ${MAX_VALUE.Standard} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`
        : `Advanced tier parameters support a maximum parameter value of ${MAX_VALUE.Advanced} characters.`,
    );
  if (type === "StringList" && value.split(",").some((item) => item === ""))
    throw call.error("ValidationException", "Parameter value is not a valid StringList: an item is empty.");
  if (pattern !== "" && !patternOf(call, pattern).matches(value))
    throw call.error(
      "ParameterPatternMismatchException",
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    );
}

/** Users write these patterns, so they are run by an engine of linear time; look-around and back references are refused. */
function patternOf(call: SsmCall, pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw call.error(
      "InvalidAllowedPatternException",
      `The request does not meet the regular expression requirement: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Labels that may not be (user guide, "Working with parameter labels"). */
export const isLabel = (label: string): boolean => /^(?!aws|ssm)[A-Za-z_.-][A-Za-z0-9_.-]*$/i.test(label);
