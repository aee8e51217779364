import {
  AccountStore,
  ConversationStore,
  EventLedger,
  EventList,
  EventSearch,
  type LedgerEvent,
} from "@capi-relay/storage";
import { aLedgerEvent, anAccountCreation, openDatabase, vault } from "@capi-relay/storage/builders";
import { RollupBuilder, RollupReader, StandingCount } from "../src/index.ts";

export const HOUR_MS = 3_600_000;
export const hoursAgo = (hours: number, now = new Date()): Date => new Date(now.getTime() - hours * HOUR_MS);

/** A database of the test's own, with what fills it and what reads it. */
export async function openInsight() {
  const { mongo, drop } = await openDatabase();
  const ledger = new EventLedger(mongo, vault);
  const accounts = new AccountStore(mongo, vault);
  const now = () => new Date();
  return {
    mongo,
    drop,
    ledger,
    accounts,
    conversations: new ConversationStore(mongo),
    list: new EventList(mongo),
    search: new EventSearch(mongo),
    rollups: new RollupReader(mongo),
    async count(): Promise<void> {
      await new RollupBuilder(mongo, now).fold();
      await new StandingCount(mongo, now).take();
    },
    async stored(changes: Partial<LedgerEvent> = {}): Promise<LedgerEvent> {
      const event = aLedgerEvent({ expiresAt: new Date(Date.now() + 100 * HOUR_MS), ...changes });
      await ledger.accept(event);
      return event;
    },
    async account(changes: Parameters<typeof anAccountCreation>[0] = {}) {
      const created = await accounts.create(anAccountCreation(changes), new Date());
      if (created.kind !== "created") throw new Error(created.kind);
      return created.account;
    },
  };
}

/** An order worth so much. */
export function worth(value: number, currency = "BRL", orderId: string | null = null): LedgerEvent["details"] {
  return { value, currency, orderId, contentIds: null, contents: null, numItems: null };
}
