import type { ServiceModel, StructureShape } from "../model/shape.ts";
import { validationAnswer } from "../model/validation-answers.ts";
import type { Codec } from "./answer.ts";
import { treeFromForm } from "./form-tree.ts";
import { memo } from "./memo.ts";
import { compileReader } from "./reader.ts";
import { escapeXml, membersXml } from "./xml-write.ts";

/** awsQuery and ec2Query: a form with dotted keys in, XML out. */
export function queryCodec(model: ServiceModel, protocol: "awsQuery" | "ec2Query"): Codec {
  const ec2 = protocol === "ec2Query";
  const reader = memo((shape: StructureShape) => compileReader(shape, "member", validationAnswer(model.name)));
  const namespace = escapeXml(model.xmlNamespace ?? "");
  return {
    protocol,
    read(operation, request) {
      if (!operation.input) return {};
      return reader(operation.input).read(treeFromForm(operation.input, request.form ?? new URLSearchParams(), ec2));
    },
    write(operation, output, context) {
      const members = operation.output ? membersXml(operation.output, output) : "";
      const requestId = escapeXml(context.requestId);
      const inner = ec2
        ? `<requestId>${requestId}</requestId>${operation.output ? members : "<return>true</return>"}`
        : `${operation.output ? `<${operation.name}Result>${members}</${operation.name}Result>` : ""}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      const body = `${ec2 ? '<?xml version="1.0" encoding="UTF-8"?>\n' : ""}<${operation.name}Response xmlns="${namespace}">${inner}</${operation.name}Response>`;
      return {
        status: 200,
        headers: { "content-type": ec2 ? "text/xml;charset=UTF-8" : "text/xml" },
        body: Buffer.from(body, "utf8"),
      };
    },
  };
}
