export * from "./alarm-rule/index.ts";
export * from "./dynamic-label/index.ts";
export * from "./field-selection/index.ts";
export * from "./filter-pattern/index.ts";
export * from "./insights/index.ts";
export * from "./metric-math/index.ts";
export * from "./search-expression/index.ts";
export * from "./syntax/index.ts";
