import { createHash } from "node:crypto";
import type { SsmCall, SsmOperation } from "../operation.ts";
import { pageOf, readPageToken } from "../page.ts";
import { type CommandDocument, contentOf, DOCUMENTS, findDocument } from "./documents.ts";

const PAGE = 50;

export function requireDocument(
  call: SsmCall,
  {
    Name,
    DocumentVersion,
    VersionName,
  }: { Name: string; DocumentVersion?: string | undefined; VersionName?: string | undefined },
): CommandDocument {
  const found = findDocument(Name);
  if (found === undefined)
    throw call.error(
      "InvalidDocument",
      `Document with name ${Name} does not exist. Those that do: ${DOCUMENTS.map(({ name }) => name).join(", ")}.`,
    );
  const version = DocumentVersion ?? "$DEFAULT";
  if (VersionName !== undefined || !["$DEFAULT", "$LATEST", found.version].includes(version))
    throw call.error("InvalidDocumentVersion", `The document ${found.name} has no version ${VersionName ?? version}.`);
  return found;
}

export const describeDocument: SsmOperation<"DescribeDocument"> = async (input, call) => {
  const document = requireDocument(call, input);
  return {
    Document: {
      Hash: createHash("sha256")
        .update(JSON.stringify(contentOf(document)))
        .digest("hex"),
      HashType: "Sha256",
      Name: document.name,
      Owner: "Amazon",
      CreatedDate: new Date(document.createdAt),
      Status: "Active",
      DocumentVersion: document.version,
      Description: document.description,
      Parameters: Object.entries(document.parameters).map(([Name, { type, description, default: given }]) => ({
        Name,
        Type: type,
        Description: description,
        ...(given !== undefined && { DefaultValue: typeof given === "string" ? given : JSON.stringify(given) }),
      })),
      PlatformTypes: ["Linux"],
      DocumentType: "Command",
      SchemaVersion: "2.2",
      LatestVersion: document.version,
      DefaultVersion: document.version,
      DocumentFormat: "JSON",
      Tags: [],
    },
  };
};

export const getDocument: SsmOperation<"GetDocument"> = async (input, call) => {
  const document = requireDocument(call, input);
  const format = input.DocumentFormat ?? "JSON";
  if (format !== "JSON") throw call.error("ValidationException", `Documents are given as JSON, not as ${format}.`);
  return {
    Name: document.name,
    CreatedDate: new Date(document.createdAt),
    DocumentVersion: document.version,
    Status: "Active",
    Content: JSON.stringify(contentOf(document), null, 2),
    DocumentType: "Command",
    DocumentFormat: "JSON",
  };
};

export const listDocuments: SsmOperation<"ListDocuments"> = async (input, call) => {
  const filters = [
    ...(input.Filters ?? []).map(({ Key, Values }) => ({ key: Key ?? "", values: Values ?? [] })),
    ...(input.DocumentFilterList ?? []).map(({ key, value }) => ({ key: `${key}`, values: [value] })),
  ];
  const passes = (document: CommandDocument) =>
    filters.every(({ key, values }) => {
      switch (key) {
        // Names are found by their beginning.
        case "Name":
          return values.some((value) => document.name.startsWith(value));
        case "Owner":
          return values.some((value) => ["Amazon", "Public", "All"].includes(value));
        case "PlatformTypes":
          return values.includes("Linux");
        case "DocumentType":
          return values.includes("Command");
        case "SearchKeyword":
          return values.every((value) => document.name.toLowerCase().includes(value.toLowerCase()));
        default:
          if (key.startsWith("tag:")) return false;
          throw call.error("InvalidFilterKey", `The filter key ${key} is not valid.`);
      }
    });
  const all = DOCUMENTS.filter(passes).sort((a, b) => (a.name < b.name ? -1 : 1));
  const after = readPageToken(input.NextToken, (message) => call.error("InvalidNextToken", message));
  const { items, ...next } = pageOf(all, ({ name }) => name, { after, limit: input.MaxResults ?? PAGE });
  return {
    DocumentIdentifiers: items.map(({ name, version, createdAt }) => ({
      Name: name,
      CreatedDate: new Date(createdAt),
      Owner: "Amazon",
      PlatformTypes: ["Linux" as const],
      DocumentVersion: version,
      DocumentType: "Command" as const,
      SchemaVersion: "2.2",
      DocumentFormat: "JSON" as const,
      Tags: [],
    })),
    ...next,
  };
};
