import { samples } from "./sample-query.ts";

export const vpcFlow = samples("VPC flow logs", {
  "15 pairs of hosts with most packets": `
    stats sum(packets) as packetsSent by srcAddr, dstAddr
    | sort packetsSent desc
    | limit 15`,
  "15 destinations with most bytes from a subnet": `
    filter isIpv4InSubnet(srcAddr, "10.0.0.0/8")
    | stats sum(bytes) as bytesSent by dstAddr
    | sort bytesSent desc
    | limit 15`,
  "Top 20 source IP addresses with highest number of rejected requests": `
    filter action = "REJECT"
    | stats count(*) as numRejections by srcAddr
    | sort numRejections desc
    | limit 20`,
  "Hosts that send UDP": `
    filter protocol = 17
    | stats count(*) as flows, sum(bytes) as bytesSent by srcAddr
    | sort flows desc`,
  "Hours with records that were skipped": `
    filter logStatus = "SKIPDATA"
    | stats count(*) as skipped by bin(1h) as hour
    | sort skipped desc`,
  "Newest record of each connection": `
    fields @timestamp, srcAddr, dstAddr, srcPort, dstPort, protocol, action, bytes
    | sort @timestamp desc
    | dedup srcAddr, dstAddr, srcPort, dstPort, protocol`,
});

/** The gateway's private address stands for itself; people put their own in. */
export const natGateway = samples("NAT gateway", {
  "Hosts that send most through the gateway": `
    filter dstAddr = "10.0.0.50" and srcAddr like "10.0."
    | stats sum(bytes) as bytesSent by srcAddr
    | sort bytesSent desc
    | limit 10`,
  "Traffic in either direction": `
    filter (srcAddr = "10.0.0.50" and dstAddr like "10.0.") or (dstAddr = "10.0.0.50" and srcAddr like "10.0.")
    | stats sum(bytes) as bytesMoved by srcAddr, dstAddr
    | sort bytesMoved desc
    | limit 10`,
  "Internet addresses with most upload": `
    filter srcAddr = "10.0.0.50" and dstAddr not like "10.0."
    | stats sum(bytes) as bytesUp by dstAddr
    | sort bytesUp desc
    | limit 10`,
  "Internet addresses with most download": `
    filter dstAddr = "10.0.0.50" and srcAddr not like "10.0."
    | stats sum(bytes) as bytesDown by srcAddr
    | sort bytesDown desc
    | limit 10`,
});

export const route53 = samples("Route 53", {
  "Queries per hour and type of record": `
    stats count(*) as queries by bin(1h) as hour, queryType
    | sort hour desc, queries desc`,
  "10 resolvers with most queries": `
    stats count(*) as queries by resolverIp
    | sort queries desc
    | limit 10`,
  "Names that could not be answered": `
    filter responseCode = "SERVFAIL"
    | stats count(*) as failures by queryName
    | sort failures desc`,
});
