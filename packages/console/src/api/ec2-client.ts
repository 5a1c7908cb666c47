import { ec2Form } from "./ec2-form.ts";
import { readEc2Xml } from "./ec2-xml.ts";
import { type ReadXml, recordOf, textOf } from "./query-xml.ts";
import { send } from "./send.ts";
import { xmlTree } from "./xml-tree.ts";

const VERSION = "2016-11-15";

/**
 * A call of EC2: `await ec2("DescribeFlowLogs", { Filter: [{ Name: "resource-id", Value: ["vpc-…"] }] })`. Members have the names that
 * they have on the wire. Gives the members of the answer: all leaves are text, and an empty list is the empty text, so read lists by `listOf`.
 */
export async function ec2(
  operation: string,
  input: object,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, ReadXml>>> {
  const form = new URLSearchParams({ Action: operation, Version: VERSION });
  for (const [name, value] of ec2Form(input)) form.append(name, value);
  const response = await send(
    {
      service: "ec2",
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      body: form.toString(),
    },
    signal,
    (body) => {
      const answer = parse(body);
      const first = recordOf(recordOf(answer.Errors).Error);
      return { __type: textOf(first.Code), message: textOf(first.Message) };
    },
  );
  return parse(await response.text());
}

function parse(text: string): Readonly<Record<string, ReadXml>> {
  const root = xmlTree(text);
  return root === undefined ? {} : recordOf(readEc2Xml(root));
}
