export type { DatasetAnswer } from "./dataset-response.ts";
export * from "./graph-client.ts";
export * from "./probe-destination.ts";
export * from "./scrub.ts";
export * from "./send-batch.ts";
