import { and, type Guarded, isBoolean, isList, isObjectOf, isOneOf, isString } from "./json-guard.ts";
import type { Place } from "./place.ts";

const isMembers = isObjectOf(
  { type: isOneOf("property", "pattern"), id: isString, inputType: isOneOf("input", "radio", "select") },
  {
    property: isString,
    pattern: isString,
    label: isString,
    defaultValue: isString,
    visible: isBoolean,
    search: isString,
    populateFrom: isString,
    values: isList(isObjectOf({ value: isString }, { label: isString })),
  },
  (name, place) => {
    place.warning(
      `The ${JSON.stringify(name)} property is not expected to be part of a variable definition, will be ignored`,
    );
    return true;
  },
);
/** What a reader of the dashboard can choose, and what the choice replaces in the widgets. */
export type Variable = Guarded<typeof isMembers>;

/** Names what it replaces, and for a choice either the values or the search that finds them. */
export const isVariable = and(isMembers, (variable: Variable, place: Place) => {
  const target = variable.type;
  if (variable[target] === undefined) return place.error(`Should have required property '${target}'`);
  if (variable.inputType === "input") return true;
  const listed = variable.values !== undefined;
  const found = variable.search !== undefined && variable.populateFrom !== undefined;
  if (listed !== found && !(listed && (variable.search ?? variable.populateFrom) !== undefined)) return true;
  if (!listed) place.error("Should have required property 'values'");
  if (!listed && variable.search === undefined) place.error("Should have required property 'search'");
  if (!listed && variable.populateFrom === undefined) place.error("Should have required property 'populateFrom'");
  return place.error("Should match exactly one schema in oneOf");
});
