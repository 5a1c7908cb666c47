import type { Day } from "./day.ts";
import { APP, DATABASE } from "./fleet.ts";

interface QueryToTry {
  readonly title: string;
  /** Shell commands, complete but for the environment. */
  readonly command: string;
}

/** Commands of the AWS CLI that find something in the sample data. */
export function queriesToTry(day: Day): readonly QueryToTry[] {
  const [from, to] = [Math.floor(day.start / 1000), Math.ceil(day.end / 1000)];
  const query = (group: string, text: string) =>
    `aws logs get-query-results --query-id "$(aws logs start-query --log-group-name ${group} --start-time ${from} --end-time ${to} --query-string '${text}' --query queryId --output text; sleep 1)"`;
  const script = APP[1]?.address ?? "";
  return [
    {
      title: "Pages not found (pattern over fields of the access log)",
      command:
        "aws logs filter-log-events --log-group-name AccessLogGroup --filter-pattern '[host, logName, user, timestamp, request, statusCode=404, size]' --max-items 10",
    },
    {
      title: "Hits in five-minute intervals",
      command: query("AccessLogGroup", "fields @timestamp, @message | sort @timestamp desc | stats count() by bin(5m)"),
    },
    {
      title: `Who calls the database ${DATABASE.address} on a wrong port? (it is ${script})`,
      command: query(
        "VPCFlowLogGroup",
        `parse "* * * * * * * * * * * * * *" as version, account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, end, action, log_status | stats count(*) as callsNotOnPort3306 by srcaddr, dstport, dstaddr, interface_id | filter dstport != 3306 and dstport != 80 and interface_id="${DATABASE.eni}" and dstaddr = "${DATABASE.address}" | sort by callsNotOnPort3306 desc | limit 20`,
      ),
    },
    {
      title: "Failed su on the database server",
      command: `aws logs filter-log-events --log-group-name SSHLogGroup --log-stream-names ${DATABASE.instance}/ssh.log --filter-pattern '"authentication failure"' --max-items 8`,
    },
    {
      title: "How long the function takes",
      command: query(
        "/aws/lambda/TestLogs",
        'filter @type = "REPORT" | stats avg(@duration), max(@duration), min(@duration) by bin(1h)',
      ),
    },
    {
      title: "Who runs three large instances at half past nine in the evening?",
      command:
        "aws logs filter-log-events --log-group-name CloudTrailLogs --filter-pattern '{ $.eventName = \"RunInstances\" }'",
    },
  ];
}
