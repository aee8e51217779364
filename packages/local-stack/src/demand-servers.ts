import { type Environment, readVariable } from "./environment.ts";
import { type Address, mongoAddresses, redisAddress } from "./server-address.ts";
import { askMongo, askRedis } from "./server-greeting.ts";

/**
 * Makes sure that the servers somebody else runs are there, before processes start that would wait for them in silence.
 * An address that cannot be read, or is looked up in DNS (`mongodb+srv`), is left to the processes.
 * @throws Error with one sentence per server that does not answer. No part of an address is in it: passwords stand
 *   there.
 */
export async function demandServers(env: Environment): Promise<void> {
  const redis = redisAddress(readVariable("REDIS_URL", env) ?? "");
  const mongo = mongoAddresses(readVariable("MONGODB_URI", env) ?? "");
  const complaints = await Promise.all([
    redis === null ? null : complaint("REDIS_URL", "Redis", [redis], askRedis),
    mongo.length === 0 ? null : complaint("MONGODB_URI", "MongoDB", mongo, askMongo),
  ]);
  const told = complaints.filter((sentence) => sentence !== null);
  if (told.length > 0) throw new Error(told.join("\n"));
}

/**
 * One of several addresses that answers is enough: the members of a replica set are asked for the rest by the driver.
 */
async function complaint(
  variable: string,
  server: string,
  addresses: readonly Address[],
  ask: (address: Address) => Promise<void>,
): Promise<string | null> {
  try {
    await Promise.any(addresses.map(ask));
    return null;
  } catch (error) {
    const [first]: unknown[] = error instanceof AggregateError ? error.errors : [error];
    return `${variable}: no ${server} can be used there (${reasonOf(first)}). Start it, correct ${variable}, or unset it.`;
  }
}

/** A system's error code says it all; its message would repeat the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
