import { comparisonOf, compileComparison } from "./compare.ts";
import type { RequestContext } from "./context.ts";
import { asciiLower } from "./glob.ts";
import type { ConditionNode, PolicyVersion } from "./nodes.ts";

export type ConditionTest = (context: RequestContext) => boolean;

/**
 * One key of one operator. Of its values one must fit; negated, none may (IAM user guide, "Condition operators" and
 * "Multivalued context keys"):
 * - a key without value: false, true for a negated operator, true with IfExists, true for ForAllValues, false for
 *   ForAnyValue;
 * - ForAllValues, ForAnyValue: each value of the request is compared for itself; a single empty text is no value;
 * - without them, a key of several values fits if one of them does.
 *
 * A variable without value makes the test fail in a statement that allows. In one that denies it fits no value, so that
 * a negated test holds: neither lets anybody in.
 */
export function compileCondition(node: ConditionNode, version: PolicyVersion, effect: "Allow" | "Deny"): ConditionTest {
  const key = asciiLower(node.key);
  const { operator, quantifier, ifExists, values } = node;
  if (operator === "Null") {
    const absent = values.some((value) => asciiLower(value) === "true");
    const present = values.some((value) => asciiLower(value) === "false");
    return (context) => (isPresent(context.value(key)) ? present : absent);
  }
  const comparison = comparisonOf(operator);
  const { negated } = comparison;
  const fits = compileComparison(comparison, node, version, negated && effect === "Allow");
  const missing = ifExists || (quantifier === undefined ? negated : quantifier === "all");

  return (context) => {
    const given = context.value(key);
    if (given === undefined || given.length === 0) {
      // An empty list is no value; an empty text is one, but none of a set.
      if (given === undefined || typeof given !== "string") return missing;
      if (quantifier !== undefined) return quantifier === "all";
    }
    if (typeof given === "string") return fits(given, context) !== negated;
    if (quantifier === "any") return given.some((value) => fits(value, context) !== negated);
    if (quantifier === "all") return given.every((value) => fits(value, context) !== negated);
    return given.some((value) => fits(value, context)) !== negated;
  };
}

const isPresent = (value: string | readonly string[] | undefined): boolean =>
  value !== undefined && (typeof value === "string" || value.length > 0);
