import type { IncomingHttpHeaders } from "node:http";
import { splitUrl } from "../auth/canonical.ts";

/** The head of a request as it came: nothing of it is verified. */
export interface RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Services that are signed with the name of another one, by their model's name, and what tells a request for them. The other
 * one gets every request of that signing name that no namesake claims.
 */
export const namesakes: Readonly<Record<string, (head: RequestHead) => boolean>> = {
  // A bucket may be named as this version is, but no client of S3 sends the account that each call of S3 Control names.
  "s3-control": ({ url, headers }) =>
    splitUrl(url)[0].startsWith("/v20180820/") && headers["x-amz-account-id"] !== undefined,
};
