import type * as Ssm from "@aws-sdk/client-ssm";
import { type AllOf, allPages } from "../../api/all-pages.ts";
import { CallError } from "../../api/call-error.ts";
import type { Json } from "../../api/json-types.ts";
import { queryCache } from "../../api/query-cache.ts";
import { ssm } from "../ssm.ts";

export type Parameter = Json<Ssm.ParameterMetadata>;
export type Version = Json<Ssm.ParameterHistory>;

const PAGE = 50;

export const allParameters = (signal: AbortSignal): Promise<AllOf<Parameter>> =>
  allPages(async (NextToken) => {
    const page = await ssm(
      "DescribeParameters",
      { MaxResults: PAGE, ...(NextToken !== undefined && { NextToken }) },
      signal,
    );
    return { items: page.Parameters ?? [], next: page.NextToken };
  });

/** The parameter of exactly this name; throws a `CallError` when there is none. */
export async function parameterOf(name: string, signal: AbortSignal): Promise<Parameter> {
  const { Parameters: [parameter] = [] } = await ssm(
    "DescribeParameters",
    { ParameterFilters: [{ Key: "Name", Option: "Equals", Values: [name] }] },
    signal,
  );
  if (parameter === undefined) {
    throw new CallError("ResourceNotFoundException", `There is no parameter ${name} in this region.`, { status: 400 });
  }
  return parameter;
}

/** All versions, the newest first. Values of SecureString are as they are stored, encrypted. */
export async function versionsOf(name: string, signal: AbortSignal): Promise<AllOf<Version>> {
  const { items, more } = await allPages(async (NextToken) => {
    const page = await ssm(
      "GetParameterHistory",
      { Name: name, MaxResults: PAGE, ...(NextToken !== undefined && { NextToken }) },
      signal,
    );
    return { items: page.Parameters ?? [], next: page.NextToken };
  });
  return { items: [...items].sort((a, b) => (b.Version ?? 0) - (a.Version ?? 0)), more };
}

/** A version's value, decrypted: what is kept of it here is gone with the page that asked. */
export async function plainValue(name: string, version: number, signal?: AbortSignal): Promise<string> {
  const { Parameter } = await ssm("GetParameter", { Name: `${name}:${version}`, WithDecryption: true }, signal);
  return Parameter?.Value ?? "";
}

/** Everything that pages know of parameters is asked for again. */
export const parametersChanged = (): Promise<void> =>
  queryCache.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] === "ssm" && PARAMETER_CALLS.has(String(queryKey[1])),
  });

const PARAMETER_CALLS: ReadonlySet<string> = new Set(["DescribeParameters", "GetParameterHistory"]);
