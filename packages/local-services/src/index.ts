export { type LocalServicesConfig, readLocalServicesConfig, type Surroundings } from "./config.ts";
export { NoLocalServiceError } from "./first-available.ts";
export { freePort } from "./free-port.ts";
export { type GuardedProcess, startGuarded } from "./guarded-process.ts";
export { uniquePrefix, withDatabase } from "./isolated-names.ts";
export type { LocalServer, LocalServerOptions, Origin } from "./local-server.ts";
export { pollUntil } from "./poll-until.ts";
export { type LocalMongo, startMongo } from "./start-mongo.ts";
export { type LocalRedis, startRedis } from "./start-redis.ts";
