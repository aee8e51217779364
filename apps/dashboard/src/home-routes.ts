import type { FastifyInstance } from "fastify";
import type { RetryPorts } from "./board/retry-job.ts";
import { checkHealth, type HealthPorts } from "./health.ts";
import { requireUser } from "./login/require-user.ts";
import { type JobCounts, landingPage } from "./pages/landing.ts";
import { sendPage } from "./pages/page.ts";

export interface HomePorts extends HealthPorts {
  readonly queue: Pick<RetryPorts["queue"], "bullQueue">;
  readonly sandbox: boolean;
}

/** The start page. */
export function homeRoutes(app: FastifyInstance, ports: HomePorts): void {
  const { bullQueue } = ports.queue;
  app.addHook("onRequest", requireUser);
  app.get("/", async (request, reply) => {
    const { user } = request;
    if (user === null) return reply.callNotFound();
    const health = await checkHealth(ports);
    const counts = health.queue ? await countJobs(bullQueue).catch(() => null) : null;
    const body = landingPage({ user, queueName: bullQueue.name, counts, health });
    return sendPage(reply, { title: "Start", body, sandbox: ports.sandbox });
  });
}

async function countJobs(bullQueue: HomePorts["queue"]["bullQueue"]): Promise<JobCounts> {
  const { failed = 0, waiting = 0, active = 0, delayed = 0 } = await bullQueue.getJobCounts();
  return { failed, waiting, active, delayed };
}
