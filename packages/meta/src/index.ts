export * from "./graph-client.ts";
export * from "./send-batch.ts";
