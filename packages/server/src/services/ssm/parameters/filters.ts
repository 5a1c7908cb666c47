import type { Resource } from "../../../platform/state/state.ts";
import type { SsmCall, SsmInput } from "../operation.ts";
import type { Parameter, ParameterVersion } from "./parameter.ts";

type Filter = NonNullable<SsmInput<"DescribeParameters">["ParameterFilters"]>[number];
export type ParameterTest = (
  parameter: Resource<Parameter>,
  versions: readonly Resource<ParameterVersion>[],
) => boolean;

/** A filter of parameters (API reference, ParameterStringFilter). `keys` are those that the operation takes. */
export function filterOf(call: SsmCall, { Key, Option, Values = [] }: Filter, keys: readonly string[]): ParameterTest {
  const tag = Key.startsWith("tag:") ? Key.slice("tag:".length) : undefined;
  if (!keys.includes(tag === undefined ? Key : "tag"))
    throw call.error(
      "InvalidFilterKey",
      `The following filter key is not valid: ${Key}. Valid filter keys include: [${keys.join(", ")}].`,
    );
  const options =
    Key === "Path"
      ? ["Recursive", "OneLevel"]
      : Key === "Name"
        ? ["Equals", "BeginsWith", "Contains"]
        : ["Equals", "BeginsWith"];
  const option = Option ?? (Key === "Path" ? "OneLevel" : "Equals");
  if (!options.includes(option))
    throw call.error(
      "InvalidFilterOption",
      `The following filter option is not valid: ${option}. Valid options include: [${options.join(", ")}].`,
    );
  if (Values.length === 0 && tag === undefined)
    throw call.error("InvalidFilterValue", `The following filter values are missing for filter key ${Key}.`);
  const matches = (value: string | undefined) =>
    value !== undefined &&
    (Values.length === 0 ||
      Values.some((wanted) => {
        if (option === "BeginsWith") return value.startsWith(wanted);
        return option === "Contains" ? value.includes(wanted) : value === wanted;
      }));
  if (tag !== undefined) return ({ document }) => matches(document.tags[tag]);
  switch (Key) {
    case "Name":
      // A name at the root may be written with its slash.
      return ({ ref }) => matches(ref.key) || matches(`/${ref.key}`);
    case "Type":
      return ({ document }) => matches(document.latest.type);
    case "KeyId":
      return ({ document }) => matches(document.latest.keyId);
    case "Tier":
      return ({ document }) => matches(document.latest.tier);
    case "DataType":
      return ({ document }) => matches(document.latest.dataType);
    case "Label":
      return (_, versions) => versions.some(({ document }) => document.labels.some(matches));
    default:
      return ({ ref }) =>
        Values.some((path) => {
          const folder = path.endsWith("/") ? path : `${path}/`;
          const rest = ref.key.startsWith("/") ? ref.key : `/${ref.key}`;
          return rest.startsWith(folder) && (option === "Recursive" || !rest.slice(folder.length).includes("/"));
        });
  }
}
