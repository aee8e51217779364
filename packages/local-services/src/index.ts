export { type LocalServicesConfig, readLocalServicesConfig, type Surroundings } from "./config.ts";
export { NoLocalServiceError } from "./first-available.ts";
export { uniquePrefix, withDatabase } from "./isolated-names.ts";
export type { LocalServer, LocalServerOptions, Origin } from "./local-server.ts";
export { type LocalMongo, startMongo } from "./start-mongo.ts";
export { type LocalRedis, startRedis } from "./start-redis.ts";
