export * from "./coalescer.ts";
export * from "./coalescer-errors.ts";
