import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import type { Json } from "../../api/json-types.ts";
import { patternFault } from "../metric-filters/filter-form.ts";

export type SubscriptionFilter = Json<Logs.SubscriptionFilter>;

/** What the form of a subscription holds, as it is typed. */
export interface SubscriptionForm {
  readonly name: string;
  readonly destination: string;
  /** Empty where the destination needs none. */
  readonly role: string;
  readonly pattern: string;
  readonly distribution: "ByLogStream" | "Random";
}

export const EMPTY_FORM: SubscriptionForm = {
  name: "",
  destination: "",
  role: "",
  pattern: "",
  distribution: "ByLogStream",
};

/**
 * The formats that CloudWatch's console offers: each is a pattern, and the pattern's names become the fields of what is delivered (user
 * guide, "Streaming CloudWatch Logs data to Amazon OpenSearch Service").
 */
export const FORMATS: readonly {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly pattern: string;
}[] = [
  {
    id: "vpc",
    label: "VPC flow logs",
    about: "The fourteen fields of a flow record.",
    pattern:
      "[version, account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, end, action, log_status]",
  },
  { id: "json", label: "JSON and CloudTrail", about: "The members of each event's JSON.", pattern: "" },
  {
    id: "lambda",
    label: "AWS Lambda",
    about: "Time, request and text of a function's lines.",
    pattern: '[timestamp=*Z, request_id="*-*", event]',
  },
  {
    id: "common",
    label: "Common Log Format",
    about: "What web servers write of each request.",
    pattern: "[host, ident, authuser, date, request, status, bytes]",
  },
  { id: "other", label: "Other", about: "A pattern of your own; columns become fields.", pattern: "" },
];

/** The format whose pattern this is; `other` for one's own. */
export const formatOf = (pattern: string): string =>
  FORMATS.find((format) => format.pattern === pattern && format.id !== "other")?.id ?? "other";

export interface Destination {
  /** In people's words, such as `Queue (SQS)`. */
  readonly kind: string;
  readonly name: string;
}

/** What an ARN leads to; undefined for what subscriptions do not deliver to. */
export function destinationOf(arn: string): Destination | undefined {
  const [, , service, , , ...rest] = arn.split(":");
  const name = rest.join(":");
  if (service === "es" && name.startsWith("domain/")) return { kind: "OpenSearch", name: name.slice("domain/".length) };
  if (service === "sqs" && name !== "") return { kind: "Queue (SQS)", name };
  if (service === "lambda" && name.startsWith("function:")) return { kind: "Function (Lambda)", name: name.slice(9) };
  if (service === "logs" && name.startsWith("destination:")) return { kind: "Logs destination", name: name.slice(12) };
  return undefined;
}

export type Faults = Readonly<Partial<Record<keyof SubscriptionForm, string>>>;

/** What is wrong with each part, as far as it can be told before the server is asked. */
export function faultsOf(form: SubscriptionForm): Faults {
  const faults: Partial<Record<keyof SubscriptionForm, string>> = {};
  const name = form.name.trim();
  if (name === "") faults.name = "The subscription needs a name.";
  else if (/[:*]/.test(name)) faults.name = "A name has no : and no *.";
  const destination = form.destination.trim();
  if (destination === "") faults.destination = "The subscription needs a destination.";
  else if (!/^arn:[^:]+:[^:]+:/.test(destination)) faults.destination = "A destination is an ARN: arn:aws:…";
  else if (destinationOf(destination) === undefined) {
    faults.destination = "Events go to an OpenSearch domain, a queue, a function or a Logs destination.";
  }
  const role = form.role.trim();
  if (role !== "" && !/^arn:[^:]+:iam::\d{12}:role\/.+/.test(role))
    faults.role = "A role is an ARN: arn:aws:iam::123456789012:role/name.";
  const pattern = patternFault(form.pattern);
  if (pattern !== undefined) faults.pattern = pattern;
  return faults;
}

export const formOf = (filter: SubscriptionFilter): SubscriptionForm => ({
  name: filter.filterName ?? "",
  destination: filter.destinationArn ?? "",
  role: filter.roleArn ?? "",
  pattern: filter.filterPattern ?? "",
  distribution: filter.distribution === "Random" ? "Random" : "ByLogStream",
});

/** PutSubscriptionFilter's input. */
export function putSubscription(logGroupName: string, form: SubscriptionForm) {
  const role = form.role.trim();
  return {
    logGroupName,
    filterName: form.name.trim(),
    filterPattern: form.pattern,
    destinationArn: form.destination.trim(),
    distribution: form.distribution,
    ...(role !== "" && { roleArn: role }),
  };
}
