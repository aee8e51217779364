import { type Job, Worker } from "bullmq";
import { Redis } from "ioredis";
import mongoose from "mongoose";
import { Pool } from "undici";
import { answerRequests } from "../src/stand/helper-process.ts";
import type { BenchConversion } from "../src/stand/shops.ts";
import { contactIdOf, creditedTo, type KnownContact, metaEventOf } from "./meta-event.ts";

interface Sent {
  readonly _id: string;
  readonly status: "sending" | "delivered" | "failed";
  readonly answer?: unknown;
}

const [queue = "", concurrency = "", redisUrl = "", mongoUri = "", graphUrl = "", token = ""] = process.argv.slice(2);

const mongo = await new mongoose.mongo.MongoClient(mongoUri).connect();
const contacts = mongo.db().collection<KnownContact>("contacts");
const sent = mongo.db().collection<Sent>("sent");
const graph = new Pool(graphUrl, { connections: Number(concurrency) });

const worker = new Worker(queue, sendConversion, {
  connection: new Redis(redisUrl, { maxRetriesPerRequest: null }),
  concurrency: Number(concurrency),
});
worker.on("error", (error) => process.stderr.write(`${error.message}\n`));
await worker.waitUntilReady();
answerRequests(async () => sent.countDocuments({ status: "delivered" }));

/** Look the contact up, note that it goes out, send it, note what came of it. */
async function sendConversion({ id, data }: Job<BenchConversion>): Promise<void> {
  const contact = await contacts.findOne({ _id: contactIdOf(data) });
  if (contact === null || id === undefined) return;
  await sent.insertOne({ _id: id, status: "sending" });
  const response = await graph.request({
    method: "POST",
    path: `/v25.0/${contact.datasetId}/events`,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ data: [creditedTo(contact, metaEventOf(data))] }),
  });
  const answer = (await response.body.json()) as { events_received?: number };
  const status = answer.events_received === 1 ? "delivered" : "failed";
  await sent.updateOne({ _id: id }, { $set: { status, answer } });
  if (status === "failed") throw new Error(`Meta answered ${response.statusCode}`);
}
