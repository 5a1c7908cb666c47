/**
 * The fields of a call in AWS's EC2 protocol: members by their names on the wire, lists as `Name.1`, `Name.2`. The names are those of the
 * protocol, which often are the singular of the API's (`ResourceId` for `ResourceIds`). Absent values are left out.
 */
export function ec2Form(input: unknown, prefix = ""): [name: string, value: string][] {
  if (input === undefined || input === null) return [];
  const at = (name: string | number) => (prefix === "" ? String(name) : `${prefix}.${name}`);
  if (Array.isArray(input)) return input.flatMap((item, index) => ec2Form(item, at(index + 1)));
  if (typeof input === "object") return Object.entries(input).flatMap(([name, value]) => ec2Form(value, at(name)));
  return [[prefix, String(input)]];
}
