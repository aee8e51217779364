import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";

/** Answers are data: a browser that is made to show one loads and runs nothing. There are no CORS headers at all. */
const NOTHING = { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] };

/** Security headers for every answer; pages for people widen the content security policy in their route's options. */
export async function sendSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, { contentSecurityPolicy: policyOf({}), xFrameOptions: { action: "deny" } });
}

/** A policy that allows nothing but what is named. */
export function policyOf(allowed: Readonly<Record<string, string[]>>): {
  useDefaults: false;
  directives: Record<string, string[]>;
} {
  return { useDefaults: false, directives: { ...NOTHING, ...allowed } };
}
