import assert from "node:assert/strict";
import { test } from "node:test";
import { readEc2Xml } from "./ec2-xml.ts";
import { readXml } from "./query-xml.ts";
import { xmlTree } from "./xml-tree.ts";

test("answers of both protocols are read from their texts, with escapes and namespaces", () => {
  const query = xmlTree(
    '<?xml version="1.0"?>\n<ListTopicsResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListTopicsResult>' +
      "<Topics><member><TopicArn>a &lt;b&gt; &amp; &#x41;</TopicArn></member></Topics></ListTopicsResult></ListTopicsResponse>",
  );
  assert.deepEqual(query && readXml(query), { ListTopicsResult: { Topics: [{ TopicArn: "a <b> & A" }] } });
  const ec2 = xmlTree("<R><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet><empty/></R>");
  assert.deepEqual(ec2 && readEc2Xml(ec2), { vpcSet: [{ vpcId: "vpc-1" }], empty: "" });
});

test("what is not well-formed is no answer", () => {
  for (const text of ["", "not XML", "<a>", "<a></b>", '{"a":1}']) assert.equal(xmlTree(text), undefined, text);
});
