import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ApiProblem } from "../api-problem.ts";
import { addressKey } from "./address-key.ts";

/** In requests a minute, for each process of the API; 0 means no limit. */
export interface RequestLimits {
  /** For a key that has no limit of its own. */
  readonly perKey: number;
  /** For everything that comes from one address: an IPv4 address, or a /64 network of IPv6. */
  readonly perAddress: number;
  /** For wrong keys from one address. */
  readonly failuresPerAddress: number;
}

const WINDOW_MS = 60_000;
/** Addresses, and keys, that are counted at the same time; beyond that the ones longest unheard of are forgotten. */
const MAX_COUNTED = 50_000;

/** Counts requests in this process's memory: no round trip, so a count costs microseconds. */
export interface LimitKeeper {
  /** Counts the request for its address. */
  countAddress(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Counts the request for its principal. */
  countKey(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Seconds until this address may guess again, or null while it may. */
  guessingBlockedFor(request: FastifyRequest): Promise<number | null>;
  countFailure(request: FastifyRequest): Promise<void>;
}

export async function keepLimits(
  app: FastifyInstance,
  { perAddress, failuresPerAddress }: RequestLimits,
): Promise<LimitKeeper> {
  await app.register(rateLimit, { global: false, cache: MAX_COUNTED });
  const ofAddress = { timeWindow: WINDOW_MS, keyGenerator: ({ ip }: FastifyRequest) => addressKey(ip) };
  const byAddress = app.createRateLimit({ ...ofAddress, max: perAddress });
  const byFailures = app.createRateLimit({ ...ofAddress, max: failuresPerAddress });
  const byKey = app.createRateLimit({
    timeWindow: WINDOW_MS,
    max: ({ principal }) => principal.requestsPerMinute,
    keyGenerator: ({ principal }) => principal.id,
  });
  return {
    async countAddress(request, reply) {
      if (perAddress > 0) demandRoom(await byAddress(request), reply, "from this address");
    },
    async countKey(request, reply) {
      if (request.principal.requestsPerMinute > 0) demandRoom(await byKey(request), reply, "with this API key");
    },
    async guessingBlockedFor(request) {
      if (failuresPerAddress === 0) return null;
      const verdict = await byFailures(request, { increment: false });
      return verdict.isAllowed || verdict.remaining > 0 ? null : verdict.ttlInSeconds;
    },
    async countFailure(request) {
      if (failuresPerAddress > 0) await byFailures(request);
    },
  };
}

type Verdict = Awaited<ReturnType<ReturnType<FastifyInstance["createRateLimit"]>>>;

function demandRoom(verdict: Verdict, reply: FastifyReply, whence: string): void {
  if (verdict.isAllowed) return;
  const { max, remaining, ttlInSeconds, isExceeded } = verdict;
  reply.header("x-ratelimit-limit", max);
  reply.header("x-ratelimit-remaining", remaining);
  reply.header("x-ratelimit-reset", ttlInSeconds);
  if (isExceeded) throw tooMany(`Requests ${whence} are limited to ${max} a minute`, ttlInSeconds);
}

/** A refusal that says when to come again. */
export function tooMany(what: string, seconds: number): ApiProblem {
  const pause = seconds === 1 ? "1 second" : `${seconds} seconds`;
  const problem = new ApiProblem("rate_limited", `${what}. Nothing was accepted; send it again in ${pause}.`);
  return problem.retryAfter(seconds);
}
