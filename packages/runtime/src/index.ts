export * from "./config-error.ts";
export * from "./graph-address.ts";
export * from "./logger.ts";
export * from "./read-config.ts";
export * from "./redis-connection.ts";
export * from "./setting-kinds.ts";
export * from "./settings.ts";
export * from "./shutdown.ts";
