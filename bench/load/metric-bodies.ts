import { cbor, dateToTag } from "@smithy/core/cbor";

/** The three ways in which clients speak to CloudWatch. */
export const PROTOCOLS = ["json", "cbor", "query"] as const;
export type MetricProtocol = (typeof PROTOCOLS)[number];

export interface MetricData {
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Timestamp: Date;
  readonly Value?: number;
  readonly Values?: readonly number[];
  readonly Unit: string;
}

const NAMESPACE = "Bench";

/** The names of a series: ten metrics of each host. */
export function seriesNames(series: number): Pick<MetricData, "MetricName" | "Dimensions"> {
  const host = Math.floor(series / 10);
  return {
    MetricName: `metric-${series % 10}`,
    Dimensions: [
      { Name: "Host", Value: `ip-10-0-${host >> 8}-${host & 255}` },
      { Name: "Service", Value: `service-${host % 7}` },
      { Name: "Environment", Value: "production" },
    ],
  };
}

export const NAMES = { namespace: NAMESPACE };

export interface HttpCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A PutMetricData call in a protocol, without its signature. */
export function putMetricData(protocol: MetricProtocol, data: readonly MetricData[]): HttpCall {
  switch (protocol) {
    case "json":
      return {
        path: "/",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "GraniteServiceVersion20100801.PutMetricData",
        },
        body: Buffer.from(
          JSON.stringify({
            Namespace: NAMESPACE,
            MetricData: data.map((datum) => ({ ...datum, Timestamp: datum.Timestamp.getTime() / 1_000 })),
          }),
        ),
      };
    case "cbor":
      return {
        path: "/service/GraniteServiceVersion20100801/operation/PutMetricData",
        headers: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor", accept: "application/cbor" },
        body: Buffer.from(
          cbor.serialize({
            Namespace: NAMESPACE,
            MetricData: data.map((datum) => ({ ...datum, Timestamp: dateToTag(datum.Timestamp) })),
          }),
        ),
      };
    case "query":
      return {
        path: "/",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: Buffer.from(form(data)),
      };
  }
}

function form(data: readonly MetricData[]): string {
  const fields = ["Action=PutMetricData", "Version=2010-08-01", `Namespace=${NAMESPACE}`];
  for (const [i, datum] of data.entries()) {
    const at = `MetricData.member.${i + 1}`;
    fields.push(`${at}.MetricName=${datum.MetricName}`, `${at}.Unit=${datum.Unit}`);
    fields.push(`${at}.Timestamp=${encodeURIComponent(datum.Timestamp.toISOString())}`);
    for (const [k, { Name, Value }] of datum.Dimensions.entries())
      fields.push(`${at}.Dimensions.member.${k + 1}.Name=${Name}`, `${at}.Dimensions.member.${k + 1}.Value=${Value}`);
    if (datum.Value !== undefined) fields.push(`${at}.Value=${datum.Value}`);
    for (const [k, value] of (datum.Values ?? []).entries()) fields.push(`${at}.Values.member.${k + 1}=${value}`);
  }
  return fields.join("&");
}
