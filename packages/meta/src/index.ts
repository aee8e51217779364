export * from "./graph-client.ts";
export * from "./scrub.ts";
export * from "./send-batch.ts";
