import { MongoConnection } from "@capi-relay/storage";
import type { LedgerRow, StoredConversation } from "./ledger-row.ts";
import { sleepsBesideAClick } from "./sleeps-beside-a-click.ts";

type NativeEvents = MongoConnection["native"]["events"];
const MOVING = ["queued", "sending", "retry_scheduled"] as const;

/** Looks into the ledger past every process and proxy; some tests also put rows right or wrong there by hand. */
export class LedgerWindow {
  readonly uri: string;
  #connection: MongoConnection | null = null;

  constructor(uri: string) {
    this.uri = uri;
  }

  async open(): Promise<void> {
    this.#connection = await new MongoConnection(this.uri, { appName: "faults" }).connected();
  }

  get connection(): MongoConnection {
    if (this.#connection === null) throw new Error("the ledger was not opened");
    return this.#connection;
  }

  get events(): NativeEvents {
    return this.connection.native.events;
  }

  /** Counted by reading: after a kill the engine's own count may be off by one. */
  async rows(filter: Parameters<NativeEvents["find"]>[0] = {}): Promise<LedgerRow[]> {
    return this.events.find(filter).toArray();
  }

  async row(id: string): Promise<LedgerRow> {
    const row = await this.events.findOne({ _id: id });
    if (row === null) throw new Error(`no row ${id}`);
    return row;
  }

  /** How many rows are in each status. */
  async byStatus(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { status } of await this.events.find({}, { projection: { status: 1 } }).toArray()) {
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  }

  /** Resolves when nothing is on its way any more; rejects after `timeoutMs`, saying what still is. */
  async atRest(timeoutMs: number): Promise<void> {
    const giveUpAt = performance.now() + timeoutMs;
    for (;;) {
      const moving = await this.events
        .find({ status: { $in: [...MOVING] } }, { projection: { status: 1, dueAt: 1, reason: 1 } })
        .limit(5)
        .toArray()
        .catch(() => null);
      if (moving !== null && moving.length === 0 && !(await this.#somebodyIsToBeWoken().catch(() => true))) return;
      if (performance.now() > giveUpAt) {
        throw new Error(
          `not at rest after ${timeoutMs} ms: ${JSON.stringify(await this.byStatus())}, e.g. ${JSON.stringify(moving)}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async #somebodyIsToBeWoken(): Promise<boolean> {
    const waiting = await this.rows({ status: "waiting_click" });
    if (waiting.length === 0) return false;
    const conversations = await this.conversations();
    return waiting.some((row) => sleepsBesideAClick(row, conversations));
  }

  async conversations(): Promise<StoredConversation[]> {
    return (await this.connection.collections.conversations.find().lean()) as unknown as StoredConversation[];
  }

  async datasetIds(): Promise<Map<string, string | null>> {
    const accounts = await this.connection.collections.accounts.find().lean();
    return new Map(accounts.map(({ _id, datasetId }) => [_id, datasetId]));
  }

  async close(): Promise<void> {
    await this.#connection?.close();
    this.#connection = null;
  }
}
