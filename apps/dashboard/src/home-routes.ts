import { LANES, type Lane } from "@capi-relay/queue";
import type { FastifyInstance } from "fastify";
import type { RetryPorts } from "./board/retry-job.ts";
import { checkHealth, type HealthPorts } from "./health.ts";
import { requireUser } from "./login/require-user.ts";
import { type LaneCounts, landingPage } from "./pages/landing.ts";
import { sendPage } from "./pages/page.ts";

export interface HomePorts extends HealthPorts {
  readonly queue: Pick<RetryPorts["queue"], "bullQueues">;
  readonly sandbox: boolean;
}

/** The start page. */
export function homeRoutes(app: FastifyInstance, ports: HomePorts): void {
  app.addHook("onRequest", requireUser);
  app.get("/", async (request, reply) => {
    const { user } = request;
    if (user === null) return reply.callNotFound();
    const health = await checkHealth(ports);
    const lanes = health.queue ? await countLanes(ports.queue).catch(() => null) : null;
    const body = landingPage({ user, lanes, health });
    return sendPage(reply, { title: "Start", body, sandbox: ports.sandbox });
  });
}

async function countLanes({ bullQueues }: HomePorts["queue"]): Promise<LaneCounts[]> {
  return Promise.all(
    LANES.map(async (lane: Lane) => {
      const { failed = 0, waiting = 0, active = 0, delayed = 0 } = await bullQueues[lane].getJobCounts();
      return { lane, queueName: bullQueues[lane].name, counts: { failed, waiting, active, delayed } };
    }),
  );
}
