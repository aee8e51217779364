import type { FastifyInstance } from "fastify";

export interface HealthPorts {
  /** Names of the unique and other indexes the database lacks; rejects when it is away. */
  readonly missingIndexes: () => Promise<readonly string[]>;
  /** Rejects when Redis is away. */
  readonly pingQueue: () => Promise<void>;
}

/** Without MongoDB nothing can be accepted: not ready. Without Redis everything can: degraded. */
export function healthRoutes(app: FastifyInstance, { missingIndexes, pingQueue }: HealthPorts): void {
  app.get("/health/live", async () => ({ status: "ok" }));

  app.get("/health/ready", async (_request, reply) => {
    const [database, queue] = await Promise.all([checkDatabase(missingIndexes), isUp(pingQueue)]);
    const status = database === "ok" ? (queue ? "ok" : "degraded") : "unavailable";
    return reply.code(status === "unavailable" ? 503 : 200).send({ status, database, queue: queue ? "ok" : "away" });
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
