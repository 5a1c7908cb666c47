import { changesByCalls } from "../../platform/state/changes-by-calls.ts";
import type { Caller } from "./operation.ts";

export const { causeOf, againOnConflict, changeDocument } = changesByCalls<Caller>("kms", (caller) =>
  caller.refuse("KMSInternalException", "Other calls change the same resource. Please try again."),
);
