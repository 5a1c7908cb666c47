import { samples } from "./sample-query.ts";

/** For performance events in JSON, as Container Insights writes them. */
export const containerInsights = samples("Container Insights", {
  "Pods by restarts": `
    filter Type = "Pod"
    | stats sum(pod_number_of_container_restarts) as restarts by PodName
    | sort restarts desc`,
  "Pods requested and running": `
    filter Type = "Pod"
    | stats max(pod_number_of_containers) as requested, min(pod_number_of_running_containers) as running,
        requested - running as missing by PodName
    | sort missing desc`,
  "Failed nodes of clusters": `
    filter Type = "Cluster"
    | stats avg(cluster_failed_node_count) as failedNodes by ClusterName
    | sort failedNodes desc`,
  "Error lines by container": `
    filter stream = "stderr"
    | stats count(*) as lines by kubernetes.container_name
    | sort lines desc`,
  "Processor and memory of tasks": `
    filter Type = "Task"
    | stats avg(CpuUtilized) as cpu, avg(MemoryUtilized) as memory by TaskId, bin(5m) as time
    | sort cpu desc`,
});

export const iot = samples("IoT", {
  "Failures by event and reason": `
    filter status = "Failure"
    | stats count(*) as failures by eventType, reason
    | sort failures desc`,
  "Errors of each level": `
    stats count(*) as events by logLevel, status
    | sort events desc`,
  "Disconnects of each client": `
    filter eventType = "Disconnect"
    | stats count(*) as disconnects, latest(disconnectReason) as lastReason by clientId
    | sort disconnects desc`,
  "Rules whose actions fail": `
    filter eventType = "RuleExecution" and status = "Failure"
    | stats count(*) as failures, latest(@timestamp) as last by ruleName, ruleAction
    | sort failures desc`,
  "Most active topics": `
    filter eventType in ["Publish-In", "Publish-Out"]
    | stats count(*) as messages, count_distinct(clientId) as clients by topicName
    | sort messages desc
    | limit 20`,
});
