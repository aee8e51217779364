import { randomUUID } from "node:crypto";
import { Coalescer } from "@capi-relay/coalesce";
import type { DeliveryJobData } from "@capi-relay/queue";
import { type Job, Worker } from "bullmq";
import { Redis } from "ioredis";
import mongoose from "mongoose";
import { Pool } from "undici";
import { answerRequests } from "../src/stand/helper-process.ts";
import type { LeastEvent } from "./least-event.ts";
import { creditedTo, type KnownContact, type MetaEvent } from "./meta-event.ts";

/** An event, and whose it is. */
interface Credited {
  readonly id: string;
  readonly event: MetaEvent;
}

const [prefix = "", redisUrl = "", mongoUri = "", queue = "", graphUrl = "", token = ""] = process.argv.slice(2);
/** As the relay works: this many at a time, a hundred in a request. */
const CONCURRENCY = 2_000;
const MANY = { maxItems: 1_000, maxInFlight: 2 };
const REQUEST = { maxItems: 100, maxInFlight: 5 };

const mongo = await new mongoose.mongo.MongoClient(mongoUri, { w: "majority", journal: true }).connect();
const events = mongo.db().collection<LeastEvent>("events");
const contacts = mongo.db().collection<KnownContact>("contacts");
const graph = new Pool(graphUrl, { connections: 50 });

const finding = new Coalescer((ids: string[]) => allIn(ids, events.find({ _id: { $in: ids } })), MANY);
const meeting = new Coalescer((ids: string[]) => allIn(ids, contacts.find({ _id: { $in: ids } })), MANY);
const recording = new Coalescer(recordDelivered, MANY);
const departing = new Map<string, Coalescer<Credited, boolean>>();

const worker = new Worker(queue, sendConversion, {
  connection: new Redis(redisUrl, { maxRetriesPerRequest: null }),
  prefix,
  concurrency: CONCURRENCY,
  removeOnComplete: { age: 3_600, count: 1_000 },
});
worker.on("error", (error) => process.stderr.write(`${error.message}\n`));
await worker.waitUntilReady();
answerRequests(async () => null);

/** What the hand-written worker does for each job, done for all jobs of the moment: find, look up, send, record. */
async function sendConversion({ data }: Job<DeliveryJobData>): Promise<object> {
  const row = await finding.submit(data.id);
  const contact = row === null ? null : await meeting.submit(row.contactId);
  if (row === null || contact === null) throw new Error("nobody is known who could have bought this");
  if (!(await requestsTo(contact.datasetId).submit({ id: row._id, event: creditedTo(contact, row.event) }))) {
    throw new Error("Meta did not take it");
  }
  await recording.submit(row._id);
  return { status: "delivered", reason: null };
}

function requestsTo(datasetId: string): Coalescer<Credited, boolean> {
  const known = departing.get(datasetId);
  if (known !== undefined) return known;
  const opened = new Coalescer((some: Credited[]) => claimAndSend(datasetId, some), REQUEST);
  departing.set(datasetId, opened);
  return opened;
}

/** Nobody else may send them meanwhile: without that a second worker counts a sale twice. */
async function claimAndSend(datasetId: string, some: readonly Credited[]): Promise<boolean[]> {
  const claim = randomUUID();
  const theirs = { _id: { $in: some.map(({ id }) => id) }, status: "queued" as const };
  const { modifiedCount } = await events.updateMany(theirs, { $set: { status: "sending", claim } });
  if (modifiedCount !== some.length) return some.map(() => false);
  const response = await graph.request({
    method: "POST",
    path: `/v25.0/${datasetId}/events`,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ data: some.map(({ event }) => event) }),
  });
  const answer = (await response.body.json()) as { events_received?: number };
  return some.map(() => answer.events_received === some.length);
}

async function recordDelivered(ids: string[]): Promise<null[]> {
  await events.updateMany({ _id: { $in: ids } }, { $set: { status: "delivered", claim: null } });
  return ids.map(() => null);
}

/** In the order of the ids; null for whatever is not there. */
async function allIn<Kept extends { readonly _id: string }>(
  ids: readonly string[],
  cursor: { toArray(): Promise<Kept[]> },
): Promise<(Kept | null)[]> {
  const found = new Map((await cursor.toArray()).map((one) => [one._id, one]));
  return ids.map((id) => found.get(id) ?? null);
}
