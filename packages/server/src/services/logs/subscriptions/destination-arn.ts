/** What a subscription's destination is, by the form of its ARN alone. */
export type DestinationKind =
  | "function"
  | "queue"
  | "open-search"
  | "logical"
  /** Streams and delivery streams, which are known only to be refused by name. */
  | "kinesis"
  | "firehose";

export interface DestinationArn {
  readonly kind: DestinationKind;
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  /** Without the alias or version of a function. */
  readonly name: string;
}

const FORMS: readonly (readonly [DestinationKind, RegExp])[] = [
  ["function", /^arn:aws:lambda:([a-z0-9-]+):(\d{12}):function:([A-Za-z0-9_-]{1,140})(?::[A-Za-z0-9$_-]{1,129})?$/],
  ["queue", /^arn:aws:sqs:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_-]{1,80}(?:\.fifo)?)$/],
  ["open-search", /^arn:aws:es:([a-z0-9-]+):(\d{12}):domain\/([a-z][a-z0-9-]{2,27})$/],
  ["logical", /^arn:aws:logs:([a-z0-9-]+):(\d{12}):destination:([^:*]{1,512})$/],
  ["kinesis", /^arn:aws:kinesis:([a-z0-9-]+):(\d{12}):stream\/([A-Za-z0-9_.-]{1,128})$/],
  ["firehose", /^arn:aws:firehose:([a-z0-9-]+):(\d{12}):deliverystream\/([A-Za-z0-9_.-]{1,64})$/],
];

/** Undefined for a text that is no destination's ARN. */
export function parseDestinationArn(text: string): DestinationArn | undefined {
  for (const [kind, form] of FORMS) {
    const [arn, region, account, name] = form.exec(text) ?? [];
    if (arn !== undefined && region !== undefined && account !== undefined && name !== undefined)
      return { kind, arn, region, account, name };
  }
  return undefined;
}
