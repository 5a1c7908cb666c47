import { changesByCalls } from "../../platform/state/changes-by-calls.ts";
import type { SnsCall } from "./operation.ts";

export const { causeOf, againOnConflict, changeDocument } = changesByCalls<SnsCall>("sns", (call) =>
  call.error("ConcurrentAccessException", "Can't perform multiple operations on a resource simultaneously."),
);
