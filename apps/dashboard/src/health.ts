import type { FastifyInstance } from "fastify";

export interface HealthPorts {
  /** Rejects when MongoDB's primary does not answer. */
  readonly pingLedger: () => Promise<void>;
  /** Rejects when Redis does not answer. */
  readonly pingQueue: () => Promise<void>;
}

export interface Health {
  readonly ledger: boolean;
  readonly queue: boolean;
}

export async function checkHealth({ pingLedger, pingQueue }: HealthPorts): Promise<Health> {
  const [ledger, queue] = await Promise.all([isUp(pingLedger), isUp(pingQueue)]);
  return { ledger, queue };
}

/** Ready even while a store is away: that is when people open the dashboard, and its pages say which one it is. */
export function healthRoutes(app: FastifyInstance, ports: HealthPorts): void {
  app.get("/health/live", async () => ({ status: "ok" }));
  app.get("/health/ready", async () => {
    const { ledger, queue } = await checkHealth(ports);
    const word = (up: boolean) => (up ? "ok" : "away");
    return { status: ledger && queue ? "ok" : "degraded", database: word(ledger), queue: word(queue) };
  });
}

async function isUp(ping: () => Promise<void>): Promise<boolean> {
  try {
    await ping();
    return true;
  } catch {
    return false;
  }
}
