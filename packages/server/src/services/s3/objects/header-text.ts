import { refusal } from "../failures.ts";

/** What a header of HTTP can carry: bytes, of which no control character but the tab (RFC 9110, section 5.5). */
const VALUE = /^[\t -~\u0080-\u00ff]*$/;
/** A token (RFC 9110, section 5.6.2). */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Throws for what no answer could have as a header; addresses and documents can say more than headers can. */
export function checkHeaderValues(values: readonly (string | undefined)[]): void {
  if (values.some((value) => value !== undefined && !VALUE.test(value)))
    throw refusal("InvalidArgument", "Header value cannot be represented using ISO-8859-1.");
}

/** Of the user's own metadata, which become headers too. */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  if (Object.keys(metadata).some((name) => !NAME.test(name)))
    throw refusal(
      "InvalidArgument",
      "The name of a metadata header holds characters that names of headers can't have.",
    );
  checkHeaderValues(Object.values(metadata));
}
