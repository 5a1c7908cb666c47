import type { Member } from "../model/shape.ts";

/** Whether a protocol's JSON keys are the members' names (awsJson, CBOR) or may be renamed by `jsonName` (restJson1). */
export type JsonNames = "member" | "json";

export const jsonKey = (member: Member, names: JsonNames): string =>
  names === "json" ? (member.jsonName ?? member.name) : member.name;

/** The element's or query key's name. */
export const xmlKey = (member: Member): string => member.xmlName ?? member.name;

/** EC2 writes keys with a capital, unless the model gives another name. */
export const ec2Key = (member: Member): string => {
  if (member.ec2QueryName !== undefined) return member.ec2QueryName;
  const name = xmlKey(member);
  return name.charAt(0).toUpperCase() + name.slice(1);
};
