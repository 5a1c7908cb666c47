import { samples } from "./sample-query.ts";

/** For access logs in JSON with the fields status, path, ip, responseLatency and integrationLatency. */
export const apiGateway = samples("API Gateway", {
  "Last 10 requests refused with 4xx": `
    filter status >= 400 and status < 500
    | fields @timestamp, status, ip, path, httpMethod
    | sort @timestamp desc
    | limit 10`,
  "10 slowest requests": `
    fields @timestamp, status, ip, path, httpMethod, responseLatency
    | sort responseLatency desc
    | limit 10`,
  "Most requested paths": `
    stats count(*) as requests by path
    | sort requests desc
    | limit 20`,
  "Latency of integrations per minute": `
    stats avg(integrationLatency) as average, max(integrationLatency) as longest by bin(1m) as minute
    | sort minute`,
});

/** For lines of the common log format, and of the error log. */
export const apache = samples("Apache", {
  "Requests below /admin": `
    parse @message '* - * [*] "* * *" * *' as host, user, time, method, path, protocol, status, size
    | filter path like "/admin"
    | stats count(*) as requests by host, path, status
    | sort requests desc`,
  "Visitors of the start page": `
    parse @message '* - * [*] "* * *" * *' as host, user, time, method, path, protocol, status, size
    | filter path = "/" and method = "GET"
    | stats count_distinct(host) as visitors`,
  "Restarts of the server": `
    filter @message like "resuming normal operations"
    | fields @timestamp, @logStream, @message
    | sort @timestamp desc`,
});

/** For request logs in JSON, as AppSync writes them. */
export const appSync = samples("AppSync", {
  "10 requests that used most tokens": `
    filter @message like "Tokens Consumed"
    | parse @message "* Tokens Consumed: *" as requestId, tokens
    | sort tokens desc
    | display requestId, tokens
    | limit 10`,
  "10 slowest resolvers": `
    filter logType = "Tracing" and ispresent(resolverArn)
    | fields resolverArn, duration
    | sort duration desc
    | limit 10`,
  "Most invoked resolvers": `
    filter logType = "Tracing" and ispresent(resolverArn)
    | stats count(*) as invocations by resolverArn
    | sort invocations desc
    | limit 10`,
  "Resolvers with errors in mapping templates": `
    filter logType in ["RequestMapping", "ResponseMapping"] and fieldInError
    | stats count(*) as failures by resolverArn, logType
    | sort failures desc
    | limit 10`,
  "Latency of resolvers": `
    filter logType = "Tracing" and ispresent(resolverArn)
    | stats min(duration) as shortest, max(duration) as longest, avg(duration) as average by resolverArn
    | sort longest desc
    | limit 10`,
  "Latency of fields": `
    filter logType = "Tracing"
    | stats min(duration) as shortest, max(duration) as longest, avg(duration) as average
        by concat(parentType, "/", fieldName) as field
    | sort longest desc
    | limit 10`,
});
