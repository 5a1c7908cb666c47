import type * as Ssm from "@aws-sdk/client-ssm";
import { jsonClient } from "../api/json-client.ts";

/** Systems Manager: hosts, commands, parameters. */
export const ssm = jsonClient<typeof Ssm>({ name: "ssm", target: "AmazonSSM", version: "1.1" });
