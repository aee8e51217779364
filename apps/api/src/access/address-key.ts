import { normalizeIP } from "@fastify/rate-limit";

/** A whole network of IPv6 addresses usually belongs to one machine. */
const IPV6_NETWORK_BITS = 64;
const MAX_REMEMBERED = 10_000;

const remembered = new Map<string, string>();

/**
 * What requests of one address are counted under: the IPv4 address, also when it comes in IPv6's clothes, or the /64
 * network. Remembered, because taking an IPv6 address apart takes ten times as long as counting.
 */
export function addressKey(ip: string): string {
  const known = remembered.get(ip);
  if (known !== undefined) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const key = normalizeIP(ip, IPV6_NETWORK_BITS);
  remembered.set(ip, key);
  return key;
}
