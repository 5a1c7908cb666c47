import type { Call } from "@nephoscope/wire";
import { changesByCalls } from "../../platform/state/changes-by-calls.ts";

type Caller = Pick<Call, "operation" | "requestId" | "principal" | "error">;

export const { causeOf, againOnConflict, changeDocument } = changesByCalls<Caller>("ssm", (call) =>
  call.error("ThrottlingException", "Too many calls change the same resource at once."),
);
