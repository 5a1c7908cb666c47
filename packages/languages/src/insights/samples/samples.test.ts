import assert from "node:assert/strict";
import { after, test } from "node:test";
import { compileInsights } from "../compile.ts";
import { parseInsights } from "../parse.ts";
import { planInsights } from "../plan.ts";
import { renderRow } from "../render.ts";
import { scriptEngine } from "../script-engine.ts";
import { sampleQueries } from "./index.ts";

const engine = scriptEngine();
after(() => engine.close());

/** Messages of each group, a minute apart, the oldest first. */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  General: [
    '{"server":"web-1","severity":"info","message":"up"}',
    '{"server":"web-2","severity":"error","message":"java.io.IOException: gone"}',
    '{"server":"web-1","severity":"error","message":"IllegalStateException"}',
    '{"server":"web-1","severity":"info","message":"done"}',
  ],
  Lambda: [
    "START RequestId: 8f507cfc-aaaa-4697-b07a-ac58fc914c95 Version: $LATEST",
    "REPORT RequestId: 8f507cfc-aaaa-4697-b07a-ac58fc914c95\tDuration: 1500.50 ms\tBilled Duration: 1501 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB",
    "REPORT RequestId: 8f507cfc-bbbb-4697-b07a-ac58fc914c95\tDuration: 20.00 ms\tBilled Duration: 21 ms\tMemory Size: 512 MB\tMax Memory Used: 60 MB",
  ],
  "VPC flow logs": [
    "2 123456789010 eni-1 10.0.0.9 172.16.0.5 20641 443 6 20 4249 1418530010 1418530070 ACCEPT OK",
    "2 123456789010 eni-1 10.0.0.9 172.16.0.5 20641 443 6 5 100 1418530070 1418530130 ACCEPT OK",
    "2 123456789010 eni-1 10.0.0.7 10.0.0.2 53 53 17 2 120 1418530010 1418530070 ACCEPT OK",
    "2 123456789010 eni-1 10.0.0.8 10.0.0.2 4000 4306 6 1 60 1418530010 1418530070 REJECT OK",
    "2 123456789010 eni-1 - - - - - - - 1418530010 1418530070 - SKIPDATA",
  ],
  "NAT gateway": [
    "2 123456789010 eni-1 10.0.0.9 10.0.0.50 20641 443 6 20 4000 1418530010 1418530070 ACCEPT OK",
    "2 123456789010 eni-1 10.0.0.50 93.184.216.34 20641 443 6 20 4100 1418530010 1418530070 ACCEPT OK",
    "2 123456789010 eni-1 93.184.216.34 10.0.0.50 443 20641 6 20 9000 1418530010 1418530070 ACCEPT OK",
    "2 123456789010 eni-1 10.0.0.50 10.0.0.9 443 20641 6 20 9100 1418530010 1418530070 ACCEPT OK",
  ],
  "Route 53": [
    "1.0 2026-01-01T00:00:00Z Z123 example.com A NOERROR UDP FRA50 192.0.2.1 -",
    "1.0 2026-01-01T00:01:00Z Z123 broken.example.com AAAA SERVFAIL UDP FRA50 192.0.2.1 -",
  ],
  CloudTrail: [
    '{"eventSource":"ec2.amazonaws.com","eventName":"StopInstances","awsRegion":"eu-central-1","userIdentity":{"arn":"arn:aws:iam::1:user/ann"},"requestParameters":{"instancesSet":{"items":[{"instanceId":"i-17"}]}},"tlsDetails":{"tlsVersion":"TLSv1.3"}}',
    '{"eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"us-east-1","requestParameters":{"userName":"bob"},"responseElements":{"user":{"arn":"arn:aws:iam::1:user/bob"}}}',
    '{"eventSource":"cloudtrail.amazonaws.com","eventName":"UpdateTrail","errorCode":"TrailNotFoundException","errorMessage":"no such trail"}',
    '{"eventSource":"s3.amazonaws.com","eventName":"GetObject","tlsDetails":{"tlsVersion":"TLSv1.1"},"sourceIPAddress":"192.0.2.7","userAgent":"old"}',
  ],
  EventBridge: ['{"detail-type":"Order placed","source":"shop"}', '{"detail-type":"Order placed","source":"shop"}'],
  "API Gateway": [
    '{"status":"200","ip":"192.0.2.1","path":"/items","httpMethod":"GET","responseLatency":"31","integrationLatency":"20"}',
    '{"status":"403","ip":"192.0.2.2","path":"/items","httpMethod":"PUT","responseLatency":"5","integrationLatency":"1"}',
    '{"status":"500","ip":"192.0.2.3","path":"/slow","httpMethod":"GET","responseLatency":"2900","integrationLatency":"2800"}',
  ],
  Apache: [
    '192.0.2.1 - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 45',
    '192.0.2.2 - bob [01/Jan/2026:00:01:00 +0000] "GET /admin/users HTTP/1.1" 403 12',
    '192.0.2.3 - - [01/Jan/2026:00:02:00 +0000] "GET / HTTP/1.1" 200 45',
    "[Thu Jan 01 00:03:00.000000 2026] [mpm_event:notice] [pid 1] AH00489: Apache/2.4 configured -- resuming normal operations",
  ],
  AppSync: [
    "8f507cfc-aaaa Tokens Consumed: 12",
    "8f507cfc-bbbb Tokens Consumed: 7",
    '{"logType":"Tracing","resolverArn":"arn:r1","parentType":"Query","fieldName":"item","duration":3000}',
    '{"logType":"Tracing","resolverArn":"arn:r2","parentType":"Query","fieldName":"items","duration":9000}',
    '{"logType":"Tracing","resolverArn":"arn:r1","parentType":"Query","fieldName":"item","duration":5000}',
    '{"logType":"RequestMapping","resolverArn":"arn:r1","fieldInError":true}',
    '{"logType":"ResponseMapping","resolverArn":"arn:r1","fieldInError":false}',
  ],
  "Container Insights": [
    '{"Type":"Pod","PodName":"api","pod_number_of_container_restarts":3,"pod_number_of_containers":2,"pod_number_of_running_containers":1}',
    '{"Type":"Pod","PodName":"db","pod_number_of_container_restarts":0,"pod_number_of_containers":1,"pod_number_of_running_containers":1}',
    '{"Type":"Cluster","ClusterName":"main","cluster_failed_node_count":1}',
    '{"stream":"stderr","log":"boom","kubernetes":{"container_name":"api"}}',
    '{"Type":"Task","TaskId":"t1","CpuUtilized":12.5,"MemoryUtilized":300}',
  ],
  IoT: [
    '{"logLevel":"INFO","status":"Success","eventType":"Publish-In","clientId":"c1","topicName":"a/b"}',
    '{"logLevel":"ERROR","status":"Failure","eventType":"Connect","clientId":"c2","reason":"AUTHORIZATION_FAILURE"}',
    '{"logLevel":"INFO","status":"Success","eventType":"Disconnect","clientId":"c1","disconnectReason":"CLIENT_INITIATED_DISCONNECT"}',
    '{"logLevel":"ERROR","status":"Failure","eventType":"RuleExecution","ruleName":"toTable","ruleAction":"DynamoAction","reason":"denied"}',
  ],
};

/** Messages of samples that need others than their group, so many minutes apart. */
const OWN_EVENTS: Readonly<Record<string, { readonly minutes: number; readonly messages: readonly string[] }>> = {
  "General/Unusual patterns": {
    minutes: 10,
    messages: [...Array.from({ length: 140 }, () => "request served in 5 ms"), "kernel panic: out of memory"],
  },
};

/** The first row that each sample must find in the events of its group. */
const FIRST_ROWS: Readonly<Record<string, string>> = {
  "General/Newest 25 events":
    '@timestamp=2026-01-01 00:03:00.000 | @message={"server":"web-1","severity":"info","message":"done"} | @logStream=s',
  "General/Exceptions per hour": "hour=2026-01-01 00:00:00.000 | exceptions=2",
  "General/Events that are not exceptions":
    '@timestamp=2026-01-01 00:03:00.000 | @message={"server":"web-1","severity":"info","message":"done"}',
  "General/Newest event of each server":
    "@timestamp=2026-01-01 00:03:00.000 | server=web-1 | severity=info | message=done",
  "General/Newest event of each server and severity":
    "@timestamp=2026-01-01 00:03:00.000 | server=web-1 | severity=info | message=done",
  "General/Unusual patterns":
    "@pattern=kernel panic: out of memory | @ratio=0.007092 | @sampleCount=1 | @severityLabel=FATAL | @anomalyTypes=NewPattern | @anomalyDescription=Came up for the first time in the last quarter of the range. | @anomalyPriority=HIGH",
  "General/Patterns compared with a week ago":
    '@pattern={"server":"web-<Number-1>","severity":"error","message":"IllegalStateException"} | @sampleCount=1 | @previousCount=0 | @differenceCount=1 | @differenceDescription=New | @severityLabel=ERROR',
  "General/Fields that tell exceptions from other events":
    '@fieldName=severity | @relevanceScore=1 | @topRelevanceContributors=[{"value":"error","conditional":1,"baseline":0},{"value":"info","conditional":0,"baseline":1}]',
  "General/Events per severity, with their sum": "severity=error | events=2",
  "General/Bytes a search would read": "@estimatedBytesScanned=250",
  "General/Patterns of messages":
    '@pattern={"server":"web-<Number-1>","severity":"error","message":"IllegalStateException"} | @ratio=0.25 | @sampleCount=1 | @severityLabel=ERROR',
  "Lambda/Memory that functions have and do not use":
    "provisionedMB=512 | leastUsedMB=60 | averageUsedMB=75 | mostUsedMB=90 | neverUsedMB=422",
  "Lambda/Duration in intervals of five minutes":
    "time=2026-01-01 00:00:00.000 | average=760.25 | longest=1500.5 | shortest=20",
  "Lambda/Requests that took longer than a second":
    "@timestamp=2026-01-01 00:01:00.000 | @requestId=8f507cfc-aaaa-4697-b07a-ac58fc914c95 | @duration=1500.5 | @logStream=s",
  "VPC flow logs/15 pairs of hosts with most packets": "srcAddr=10.0.0.9 | dstAddr=172.16.0.5 | packetsSent=25",
  "VPC flow logs/15 destinations with most bytes from a subnet": "dstAddr=172.16.0.5 | bytesSent=4349",
  "VPC flow logs/Top 20 source IP addresses with highest number of rejected requests":
    "srcAddr=10.0.0.8 | numRejections=1",
  "VPC flow logs/Hosts that send UDP": "srcAddr=10.0.0.7 | flows=1 | bytesSent=120",
  "VPC flow logs/Hours with records that were skipped": "hour=2026-01-01 00:00:00.000 | skipped=1",
  "VPC flow logs/Newest record of each connection":
    "@timestamp=2026-01-01 00:04:00.000 | srcAddr=- | dstAddr=- | srcPort=- | dstPort=- | protocol=- | action=- | bytes=-",
  "NAT gateway/Hosts that send most through the gateway": "srcAddr=10.0.0.9 | bytesSent=4000",
  "NAT gateway/Traffic in either direction": "srcAddr=10.0.0.50 | dstAddr=10.0.0.9 | bytesMoved=9100",
  "NAT gateway/Internet addresses with most upload": "dstAddr=93.184.216.34 | bytesUp=4100",
  "NAT gateway/Internet addresses with most download": "srcAddr=93.184.216.34 | bytesDown=9000",
  "Route 53/Queries per hour and type of record": "hour=2026-01-01 00:00:00.000 | queryType=A | queries=1",
  "Route 53/10 resolvers with most queries": "resolverIp=192.0.2.1 | queries=2",
  "Route 53/Names that could not be answered": "queryName=broken.example.com | failures=1",
  "CloudTrail/Calls by service, event and Region":
    "eventSource=cloudtrail.amazonaws.com | eventName=UpdateTrail | calls=1",
  "CloudTrail/Instances started or stopped in a Region":
    "@timestamp=2026-01-01 00:00:00.000 | eventName=StopInstances | userIdentity.arn=arn:aws:iam::1:user/ann | requestParameters.instancesSet.items.0.instanceId=i-17",
  "CloudTrail/New users":
    "@timestamp=2026-01-01 00:01:00.000 | awsRegion=us-east-1 | newUser=bob | responseElements.user.arn=arn:aws:iam::1:user/bob",
  "CloudTrail/Failed changes of trails by reason":
    "errorCode=TrailNotFoundException | errorMessage=no such trail | failures=1",
  "CloudTrail/Calls with outdated TLS":
    "@timestamp=2026-01-01 00:03:00.000 | eventSource=s3.amazonaws.com | eventName=GetObject | tlsDetails.tlsVersion=TLSv1.1 | sourceIPAddress=192.0.2.7 | userAgent=old",
  "CloudTrail/Calls with outdated TLS by service":
    "eventSource=s3.amazonaws.com | tlsDetails.tlsVersion=TLSv1.1 | calls=1",
  "EventBridge/Events by detail type": "detail-type=Order placed | events=2",
  "API Gateway/Last 10 requests refused with 4xx":
    "@timestamp=2026-01-01 00:01:00.000 | status=403 | ip=192.0.2.2 | path=/items | httpMethod=PUT",
  "API Gateway/10 slowest requests":
    "@timestamp=2026-01-01 00:02:00.000 | status=500 | ip=192.0.2.3 | path=/slow | httpMethod=GET | responseLatency=2900",
  "API Gateway/Most requested paths": "path=/items | requests=2",
  "API Gateway/Latency of integrations per minute": "minute=2026-01-01 00:00:00.000 | average=20 | longest=20",
  "Apache/Requests below /admin": "host=192.0.2.2 | path=/admin/users | status=403 | requests=1",
  "Apache/Visitors of the start page": "visitors=2",
  "Apache/Restarts of the server":
    "@timestamp=2026-01-01 00:03:00.000 | @logStream=s | @message=[Thu Jan 01 00:03:00.000000 2026] [mpm_event:notice] [pid 1] AH00489: Apache/2.4 configured -- resuming normal operations",
  "AppSync/10 requests that used most tokens": "requestId=8f507cfc-aaaa | tokens=12",
  "AppSync/10 slowest resolvers": "resolverArn=arn:r2 | duration=9000",
  "AppSync/Most invoked resolvers": "resolverArn=arn:r1 | invocations=2",
  "AppSync/Resolvers with errors in mapping templates": "resolverArn=arn:r1 | logType=RequestMapping | failures=1",
  "AppSync/Latency of resolvers": "resolverArn=arn:r2 | shortest=9000 | longest=9000 | average=9000",
  "AppSync/Latency of fields": "field=Query/items | shortest=9000 | longest=9000 | average=9000",
  "Container Insights/Pods by restarts": "PodName=api | restarts=3",
  "Container Insights/Pods requested and running": "PodName=api | requested=2 | running=1 | missing=1",
  "Container Insights/Failed nodes of clusters": "ClusterName=main | failedNodes=1",
  "Container Insights/Error lines by container": "kubernetes.container_name=api | lines=1",
  "Container Insights/Processor and memory of tasks":
    "TaskId=t1 | time=2026-01-01 00:00:00.000 | cpu=12.5 | memory=300",
  "IoT/Failures by event and reason": "eventType=Connect | reason=AUTHORIZATION_FAILURE | failures=1",
  "IoT/Errors of each level": "logLevel=ERROR | status=Failure | events=2",
  "IoT/Disconnects of each client": "clientId=c1 | disconnects=1 | lastReason=CLIENT_INITIATED_DISCONNECT",
  "IoT/Rules whose actions fail":
    "ruleName=toTable | ruleAction=DynamoAction | failures=1 | last=2026-01-01 00:03:00.000",
  "IoT/Most active topics": "topicName=a/b | messages=1 | clients=1",
};

test("every sample has a name of its own and a row to find", () => {
  const names = sampleQueries.map(({ group, name }) => `${group}/${name}`);
  assert.deepEqual([...new Set(names)].sort(), Object.keys(FIRST_ROWS).sort());
  assert.equal(new Set(names).size, names.length);
});

for (const { group, name, query } of sampleQueries) {
  test(`${group}: ${name}`, () => {
    const { minutes, messages } = OWN_EVENTS[`${group}/${name}`] ?? { minutes: 1, messages: EVENTS[group] ?? [] };
    const scope = engine.load(
      messages.map((message, index) => ({ group: "g", stream: "s", offsetMs: index * minutes * 60_000, message })),
    );
    const compiled = compileInsights(planInsights(parseInsights(query)), scope);
    const [first = []] = engine.rows(compiled.sql);
    const row = renderRow(compiled, first).map(({ field, value }) => `${field}=${value}`);
    assert.equal(row.join(" | "), FIRST_ROWS[`${group}/${name}`]);
  });
}
