import { createHash } from "node:crypto";
import { Coalescer } from "@capi-relay/coalesce";
import { ConversionRequest } from "@capi-relay/contract";
import { ConversionQueue } from "@capi-relay/queue";
import { fastify } from "fastify";
import { Redis } from "ioredis";
import mongoose from "mongoose";
import { answerRequests } from "../src/stand/helper-process.ts";
import type { BenchConversion } from "../src/stand/shops.ts";
import type { LeastEvent } from "./least-event.ts";
import { contactIdOf, metaEventOf } from "./meta-event.ts";

const [prefix = "", redisUrl = "", mongoUri = "", port = ""] = process.argv.slice(2);
const MANY = { maxItems: 1_000, maxInFlight: 2 };
const MAX_BODY_BYTES = 4 * 1024 * 1024;

const mongo = await new mongoose.mongo.MongoClient(mongoUri, { w: "majority", journal: true }).connect();
const events = mongo.db().collection<LeastEvent>("events");
// What was lost on the way has to be found again: the one index that nobody can do without.
await events.createIndex({ status: 1, acceptedAt: 1 });
const queue = new ConversionQueue({ redis: new Redis(redisUrl), prefix }, (error) => {
  process.stderr.write(`${error.message}\n`);
});
const inserting = new Coalescer<LeastEvent, null>(async (rows) => {
  await events.insertMany(rows, { ordered: false });
  return rows.map(() => null);
}, MANY);

const app = fastify({ bodyLimit: MAX_BODY_BYTES });
app.post("/v1/whatsapp/conversions", async ({ body }, reply) => reply.code(202).send(await take(body)));
app.post<{ Body: { events: unknown[] } }>("/v1/whatsapp/conversions/batch", async ({ body }) => ({
  results: await Promise.all(body.events.map(take)),
}));
await app.listen({ host: "127.0.0.1", port: Number(port) });
answerRequests(async () => null);

/** The least that a 202 is worth something with: read it, keep one journaled row of it, queue it. */
async function take(body: unknown) {
  const request = ConversionRequest.parse(body) as BenchConversion;
  const acceptedAt = new Date();
  const id = createHash("sha256").update(`${request.accountId}:${request.eventId}`).digest("base64url");
  const event = metaEventOf(request);
  await inserting.submit({
    _id: id,
    status: "queued",
    acceptedAt,
    claim: null,
    contactId: contactIdOf(request),
    event,
  });
  await queue.add({ id, generation: 0, eventName: request.eventName, dueAt: acceptedAt });
  return { id, eventId: request.eventId, status: "queued", duplicate: false };
}
