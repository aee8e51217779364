import { randomUUID } from "node:crypto";
import { openDispatcher } from "@capi-relay/dispatch/builders";
import { RollupReader } from "@capi-relay/insight";
import {
  AccountStore,
  AlertStore,
  ConversationStore,
  EventEraser,
  LeaseStore,
  type LedgerEvent,
  SweepStore,
} from "@capi-relay/storage";
import { aLedgerEvent, anAccountCreation, vault } from "@capi-relay/storage/builders";
import { vi } from "vitest";
import { Sweeper, type SweeperOptions } from "../src/sweeper.ts";

/** Sweepers and what they look after: stores and a queue of the test's own. */
export async function openSweepers() {
  const world = await openDispatcher();
  await vi.waitFor(() => world.queue.ping());
  const accounts = new AccountStore(world.mongo, vault);
  const conversations = new ConversationStore(world.mongo);
  const alerts = new AlertStore(world.mongo);

  function aSweeper(changes: Partial<SweeperOptions> = {}) {
    const onSwept = vi.fn();
    const onError = vi.fn();
    const sweeper = new Sweeper({
      alerts,
      eraser: new EventEraser(world.mongo),
      retentionDays: 90,
      bell: {
        ring: (cause) => alerts.raise(cause, new Date()),
        allClear: async ({ _id }) => void (await alerts.close(_id, new Date())),
      },
      sweeps: new SweepStore(world.mongo, vault),
      figures: new RollupReader(world.mongo),
      accountStore: accounts,
      lives: world.lives,
      queue: world.queue,
      dispatcher: world.dispatcher,
      resting: world.resting,
      accounts,
      conversations,
      leases: new LeaseStore(world.mongo),
      holder: randomUUID(),
      everyMs: 15_000,
      overdueMs: 60_000,
      rowsPerSecond: 2_000,
      conversationsPerSweep: 2_000,
      now: () => new Date(),
      jitter: () => 0.5,
      delayScale: 1,
      onSwept,
      onError,
      ...changes,
    });
    return { sweeper, onSwept, onError };
  }

  return {
    ...world,
    accounts,
    alerts,
    conversations,
    aSweeper,
    async stored(changes: Partial<LedgerEvent> = {}): Promise<LedgerEvent> {
      const event = aLedgerEvent(changes);
      await world.ledger.accept(event);
      return event;
    },
    async account(changes: Parameters<typeof anAccountCreation>[0] = {}) {
      const created = await accounts.create(anAccountCreation(changes), new Date());
      if (created.kind !== "created") throw new Error(created.kind);
      return created.account;
    },
    /** One sweep by a sweeper that takes the duty and gives it back. Throws what a part of it met. */
    async sweepOnce(changes: Partial<SweeperOptions> = {}): Promise<Record<string, number>> {
      const { sweeper, onSwept, onError } = aSweeper(changes);
      await sweeper.sweep();
      await sweeper.close();
      for (const [error] of onError.mock.calls) throw error;
      return onSwept.mock.calls[0]?.[0] ?? {};
    },
    async clear(): Promise<void> {
      await world.mongo.native.events.deleteMany({});
      await world.mongo.native.leases.deleteMany({});
      await world.mongo.collections.alerts.deleteMany({});
      await world.mongo.native.standing.deleteMany({});
    },
  };
}
