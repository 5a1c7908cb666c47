import { samples } from "./sample-query.ts";

export const cloudTrail = samples("CloudTrail", {
  "Calls by service, event and Region": `
    stats count(*) as calls by eventSource, eventName, awsRegion
    | sort calls desc`,
  "Instances started or stopped in a Region": `
    filter eventName in ["StartInstances", "StopInstances"] and awsRegion = "eu-central-1"
    | fields @timestamp, eventName, userIdentity.arn, requestParameters.instancesSet.items.0.instanceId
    | sort @timestamp desc`,
  "New users": `
    filter eventSource = "iam.amazonaws.com" and eventName = "CreateUser" and not ispresent(errorCode)
    | fields @timestamp, awsRegion, requestParameters.userName as newUser, responseElements.user.arn
    | sort @timestamp desc`,
  "Failed changes of trails by reason": `
    filter eventName = "UpdateTrail" and ispresent(errorCode)
    | stats count(*) as failures by errorCode, errorMessage
    | sort failures desc`,
  "Calls with outdated TLS": `
    filter tlsDetails.tlsVersion in ["TLSv1", "TLSv1.1"]
    | fields @timestamp, eventSource, eventName, tlsDetails.tlsVersion, sourceIPAddress, userAgent
    | sort @timestamp desc`,
  "Calls with outdated TLS by service": `
    filter tlsDetails.tlsVersion in ["TLSv1", "TLSv1.1"]
    | stats count(*) as calls by eventSource, tlsDetails.tlsVersion
    | sort calls desc`,
});

export const eventBridge = samples("EventBridge", {
  "Events by detail type": `
    stats count(*) as events by \`detail-type\`
    | sort events desc`,
});
