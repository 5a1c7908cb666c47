import { samples } from "./sample-query.ts";

export const general = samples("General", {
  "Newest 25 events": `
    fields @timestamp, @message, @logStream
    | sort @timestamp desc
    | limit 25`,
  "Exceptions per hour": `
    filter @message like /Exception/
    | stats count(*) as exceptions by bin(1h) as hour
    | sort hour desc`,
  "Events that are not exceptions": `
    fields @timestamp, @message
    | filter @message not like /Exception/
    | sort @timestamp desc
    | limit 100`,
  "Newest event of each server": `
    fields @timestamp, server, severity, message
    | sort @timestamp desc
    | dedup server`,
  "Newest event of each server and severity": `
    fields @timestamp, server, severity, message
    | sort @timestamp desc
    | dedup server, severity`,
  "Unusual patterns": `
    pattern @message
    | anomaly
    | filter ispresent(@anomalyTypes)`,
  "Patterns compared with a week ago": `
    logcompare timeshift 7d
    | limit 50`,
  "Fields that tell exceptions from other events": `
    relevantfields where @message like /Exception/`,
  "Events per severity, with their sum": `
    stats count(*) as events by severity
    | sort events desc
    | addtotals col=true row=false`,
  "Bytes a search would read": `
    filter @message like /Exception/
    | estimate`,
  "Patterns of messages": `
    pattern @message
    | sort @sampleCount desc
    | limit 50`,
});
