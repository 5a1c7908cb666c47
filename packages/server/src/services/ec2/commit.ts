import type { Call } from "@nephoscope/wire";
import { changesByCalls } from "../../platform/state/changes-by-calls.ts";

export const { causeOf, againOnConflict, changeDocument } = changesByCalls<Call>("ec2", (call) =>
  call.error("ThrottlingException", "Too many calls change the same resource at once."),
);
