/**
 * The fields of a call in AWS's Query protocol: members by their names, lists as `Name.member.1`, maps as `Name.entry.1.key` and `.value`,
 * as AWS's models say of SNS, IAM and STS. A `Map` is a map; a plain object is a structure. Absent values are left out.
 */
export function queryForm(input: unknown, prefix = ""): [name: string, value: string][] {
  if (input === undefined || input === null) return [];
  const at = (name: string) => (prefix === "" ? name : `${prefix}.${name}`);
  if (Array.isArray(input)) return input.flatMap((item, index) => queryForm(item, at(`member.${index + 1}`)));
  if (input instanceof Map) {
    return [...input].flatMap(([key, value], index) => [
      ...queryForm(key, at(`entry.${index + 1}.key`)),
      ...queryForm(value, at(`entry.${index + 1}.value`)),
    ]);
  }
  if (typeof input === "object") return Object.entries(input).flatMap(([name, value]) => queryForm(value, at(name)));
  return [[prefix, String(input)]];
}
