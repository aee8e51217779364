import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { answerRequests } from "../stand/helper-process.ts";
import { clickOf, purchase } from "../stand/shops.ts";
import { EVENTS_PER_BATCH, type LoadPlan, type LoadReport } from "./load-plan.ts";

/** The order systems of the bench: a process of its own, so that making the load is not part of what is measured. */
answerRequests<LoadPlan, LoadReport>(async (plan) => {
  const url = new URL(plan.url);
  const connections = plan.kind === "paced" ? 20 : plan.connections;
  const pool = new Pool(url.origin, { connections, pipelining: 1 });
  try {
    const load = new Load(pool, url.pathname, plan);
    return await run(load, plan);
  } finally {
    await pool.close();
  }
});

async function run(load: Load, plan: LoadPlan): Promise<LoadReport> {
  switch (plan.kind) {
    case "singles":
      return timed(plan.connections, plan.seconds, () => load.sendOne().then(() => 1));
    case "batches":
      return timed(plan.connections, plan.seconds, () => load.sendMany(EVENTS_PER_BATCH));
    case "fill":
      return fill(load, plan.connections, plan.events);
    case "paced":
      return paced(load, plan.perSecond, plan.seconds);
  }
}

class Load {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #plan: LoadPlan;
  #made = 0;

  constructor(pool: Pool, path: string, plan: LoadPlan) {
    this.#pool = pool;
    this.#path = path;
    this.#plan = plan;
  }

  async sendOne(): Promise<string> {
    return this.#post(this.#next());
  }

  /** Resolves with the number of events. */
  async sendMany(count: number): Promise<number> {
    await this.#post({ events: Array.from({ length: count }, () => this.#next()) });
    return count;
  }

  #next(): object {
    const { shops, run } = this.#plan;
    const number = this.#made;
    this.#made += 1;
    const shop = shops[number % shops.length];
    if (shop === undefined) throw new Error("there is no shop to sell anything");
    // Neighbours in the queue are of different shops, and each shop's customers come in turn.
    const reported = purchase(shop, run, number);
    return this.#plan.bringsClick ? { ...reported, ctwaClid: clickOf(shop, number) } : reported;
  }

  async #post(body: object): Promise<string> {
    const { statusCode, body: answer } = await this.#pool.request({
      method: "POST",
      path: this.#path,
      headers: { authorization: `Bearer ${this.#plan.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (statusCode < 200 || statusCode > 299) throw new Error(`the load was refused: ${statusCode} ${text}`);
    return text;
  }
}

/** Everybody sends one request after the other until the time is up; who is under way then still counts. */
async function timed(senders: number, seconds: number, send: () => Promise<number>): Promise<LoadReport> {
  const beganAt = performance.now();
  const until = beganAt + seconds * 1_000;
  let events = 0;
  const sender = async () => {
    while (performance.now() < until) {
      const sent = await send();
      events += sent;
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return { events, seconds: (performance.now() - beganAt) / 1_000, accepted: [] };
}

async function fill(load: Load, senders: number, events: number): Promise<LoadReport> {
  const beganAt = performance.now();
  let left = events;
  const sender = async () => {
    while (left > 0) {
      const size = Math.min(left, EVENTS_PER_BATCH);
      left -= size;
      await load.sendMany(size);
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return { events, seconds: (performance.now() - beganAt) / 1_000, accepted: [] };
}

async function paced(load: Load, perSecond: number, seconds: number): Promise<LoadReport> {
  const beganAt = performance.now();
  const sent: Promise<{ id: string; at: number }>[] = [];
  const send = async () => {
    const receipt = await load.sendOne();
    const at = Date.now();
    return { id: (JSON.parse(receipt) as { id: string }).id, at };
  };
  for (let count = 0; count < perSecond * seconds; count += 1) {
    await sleep(Math.max(0, beganAt + (count * 1_000) / perSecond - performance.now()));
    sent.push(send());
  }
  const accepted = await Promise.all(sent);
  return { events: accepted.length, seconds: (performance.now() - beganAt) / 1_000, accepted };
}
