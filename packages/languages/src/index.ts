export * from "./filter-pattern/index.ts";
