import { invalidParameter, type SnsCall } from "./operation.ts";

/** Every list of SNS has pages of a hundred (SNS API reference). */
export const PAGE = 100;

/** A token holds the last key of its page. */
export const makePageToken = (key: string): string => Buffer.from(key).toString("base64url");

export function readPageToken(call: SnsCall, token: string | undefined): string {
  const key = Buffer.from(token ?? "", "base64url").toString("utf8");
  if (!/^[A-Za-z0-9_.:-]*$/.test(key)) throw invalidParameter(call, "NextToken");
  return key;
}
