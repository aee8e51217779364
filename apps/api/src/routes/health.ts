import { Liveness, Readiness } from "@capi-relay/contract";
import type { RouteRegistry } from "../route-schemas.ts";

export interface HealthPorts {
  /** Names of the unique and other indexes the database lacks; rejects when it is away. */
  readonly missingIndexes: () => Promise<readonly string[]>;
  /** Rejects when Redis is away. */
  readonly pingQueue: () => Promise<void>;
}

/** Without MongoDB nothing can be accepted: not ready. Without Redis everything can: degraded. */
export function healthRoutes(app: RouteRegistry, { missingIndexes, pingQueue }: HealthPorts): void {
  // Everybody may ask, as often as they like: however many do, one of them at a time keeps the stores busy.
  const look = shared(() => Promise.all([checkDatabase(missingIndexes), isUp(pingQueue)]));

  app.route({
    method: "GET",
    url: "/health/live",
    schema: {
      operationId: "getLiveness",
      tags: ["Health"],
      summary: "Does the process run?",
      response: { 200: Liveness },
    },
    config: { scope: null, rateLimit: false },
    handler: async () => ({ status: "ok" as const }),
  });

  app.route({
    method: "GET",
    url: "/health/ready",
    schema: {
      operationId: "getReadiness",
      tags: ["Health"],
      summary: "Can conversions be accepted?",
      response: { 200: Readiness, 503: Readiness },
    },
    config: { scope: null, rateLimit: false },
    handler: async (_request, reply) => {
      const [database, queue] = await look();
      const status = database === "ok" ? (queue ? "ok" : "degraded") : "unavailable";
      return reply.code(status === "unavailable" ? 503 : 200).send({ status, database, queue: queue ? "ok" : "away" });
    },
  });
}

async function checkDatabase(
  missingIndexes: HealthPorts["missingIndexes"],
): Promise<"ok" | "away" | "indexes_missing"> {
  try {
    return (await missingIndexes()).length === 0 ? "ok" : "indexes_missing";
  } catch {
    return "away";
  }
}

async function isUp(ping: () => Promise<void>): Promise<boolean> {
  try {
    await ping();
    return true;
  } catch {
    return false;
  }
}

/** Whoever asks while the answer is on its way gets that one. */
function shared<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let underWay: Promise<Answer> | null = null;
  return () => {
    underWay ??= ask().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}
