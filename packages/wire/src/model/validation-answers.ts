/** How a service reports input that breaks a constraint. */
export interface ValidationAnswer {
  readonly code: string;
  /** A text that the service gives in place of the common one, for these sentences. */
  readonly ownText?: (sentences: readonly string[]) => string | undefined;
}

/** The message has the same form everywhere; the codes follow public issue reports. */
const CODES: Readonly<Record<string, string>> = {
  "cloudwatch-logs": "InvalidParameterException",
  cloudwatch: "ValidationError",
  sts: "ValidationError",
  iam: "ValidationError",
  rds: "ValidationError",
  sns: "ValidationError",
  s3: "InvalidArgument",
  ec2: "InvalidParameterValue",
};

const NAME_TOO_LONG = /at '(logGroupName|logStreamName)' .* Member must have length less than or equal to 512$/;

/** Recorded from the services where it differs from the common form. */
const OWN_TEXTS: Readonly<Record<string, ValidationAnswer["ownText"]>> = {
  "cloudwatch-logs": (sentences) =>
    sentences.every((sentence) => NAME_TOO_LONG.test(sentence))
      ? "Invalid LogGroup or LogStream, both must have length less than or equal to 512."
      : undefined,
};

/** A service that is not listed says `ValidationException`. */
export function validationAnswer(service: string): ValidationAnswer {
  const ownText = OWN_TEXTS[service];
  return { code: CODES[service] ?? "ValidationException", ...(ownText && { ownText }) };
}
