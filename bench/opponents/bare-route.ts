import { Queue } from "bullmq";
import { fastify } from "fastify";
import { Redis } from "ioredis";
import { answerRequests } from "../src/stand/helper-process.ts";
import { USUAL_OPTIONS, usualName } from "./usual-job.ts";

const [queueName = "", redisUrl = "", port = ""] = process.argv.slice(2);

const queue = new Queue(queueName, { connection: new Redis(redisUrl), defaultJobOptions: USUAL_OPTIONS });
const app = fastify();

/** Takes whatever comes and puts it on the queue. */
app.post<{ Body: { eventId: string } }>("/conversions", async (request, reply) => {
  const job = await queue.add(usualName, request.body);
  return reply.code(202).send({ id: job.id });
});

await app.listen({ host: "127.0.0.1", port: Number(port) });
answerRequests(async () => null);
