import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";

const WINDOW_MS = 5 * 60_000;
const TRIES_PER_ADDRESS = 20;
/** More than one address has, or one that knows a name could keep its owner out. */
const TRIES_PER_NAME = 30;
/** A whole network of IPv6 addresses usually belongs to one machine. */
const IPV6_NETWORK_BITS = 64;

/** Seconds to wait before the next try, or null when this one may be made. Each call counts as a try. */
export type LoginLimit = (request: FastifyRequest, name: string) => Promise<number | null>;

/** Guessing is slowed by the address it comes from and by the name it is for. Counted in this process alone. */
export async function limitLogins(app: FastifyInstance): Promise<LoginLimit> {
  await app.register(rateLimit, { global: false });
  const names = new WeakMap<FastifyRequest, string>();
  const byAddress = app.createRateLimit({
    max: TRIES_PER_ADDRESS,
    timeWindow: WINDOW_MS,
    ipv6Subnet: IPV6_NETWORK_BITS,
  });
  const byName = app.createRateLimit({
    max: TRIES_PER_NAME,
    timeWindow: WINDOW_MS,
    keyGenerator: (request) => `name:${names.get(request) ?? ""}`,
  });
  return async (request, name) => {
    names.set(request, name);
    // One after the other: an address that is already stopped cannot lock a user out.
    for (const limit of [byAddress, byName]) {
      const verdict = await limit(request);
      if (!verdict.isAllowed && verdict.isExceeded) return verdict.ttlInSeconds;
    }
    return null;
  };
}
