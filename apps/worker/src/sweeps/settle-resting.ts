import type { RestingEvents } from "@capi-relay/dispatch";
import { lostToTheDeadline } from "@capi-relay/domain";
import type { Account, ConversationStore, EventLives } from "@capi-relay/storage";

export interface RestingPorts {
  readonly lives: Pick<EventLives, "resting" | "end" | "accountsWithHeldEvents">;
  readonly conversations: Pick<ConversationStore, "withClicksStoredSince">;
  readonly accounts: { find(id: string): Promise<Account | null> };
  readonly resting: Pick<RestingEvents, "releaseHeld" | "wakeWaiters">;
  readonly now: () => Date;
}

const EVENTS_PER_SWEEP = 2_000;
/** A part of the connections to the database. */
const AT_A_TIME = 25;

/** Ends waiting for a click once its time is up. */
export async function endOverdueWaiting({ lives, now }: RestingPorts): Promise<number> {
  const overdue = await lives.resting({ status: "waiting_click", dueBefore: now() }, EVENTS_PER_SWEEP);
  return countInPortions(overdue, (event) => lives.end(event, "waiting_click", "skipped", "no_ctwa_clid", now()));
}

/** Ends held events whose time ran out while their destination was paused. */
export async function endOverdueHeld({ lives, now }: RestingPorts): Promise<number> {
  const overdue = await lives.resting({ status: "held", dueBefore: now() }, EVENTS_PER_SWEEP);
  return countInPortions(overdue, async (event) => {
    const { status, reason } = lostToTheDeadline(event);
    return reason === null ? false : lives.end(event, "held", status, reason, now());
  });
}

/** How many were ended; never so many at a time that others wait in vain for a connection. */
async function countInPortions<Item>(items: readonly Item[], end: (item: Item) => Promise<boolean>): Promise<number> {
  let ended = 0;
  for (let next = 0; next < items.length; next += AT_A_TIME) {
    const portion = await Promise.all(items.slice(next, next + AT_A_TIME).map(end));
    ended += portion.filter(Boolean).length;
  }
  return ended;
}

/** Lets held events of every account that can send again go. */
export async function releaseHeld({ lives, accounts, resting }: RestingPorts): Promise<number> {
  let released = 0;
  for (const accountId of await lives.accountsWithHeldEvents()) {
    const account = await accounts.find(accountId);
    if (account === null || account.state === "paused" || account.datasetId === null) continue;
    released += await resting.releaseHeld(await lives.resting({ status: "held", accountId }, EVENTS_PER_SWEEP));
  }
  return released;
}

/**
 * Wakes events whose click was stored since `since`, in case the process that stored it died before it could. `next` is
 * where to look on when `maxConversations` were not all.
 */
export async function wakeLateSleepers(
  { conversations, resting }: RestingPorts,
  since: Date,
  maxConversations: number,
): Promise<{ woken: number; next: Date | null }> {
  const recent = await conversations.withClicksStoredSince(since, maxConversations);
  let woken = 0;
  for (const conversation of recent.conversations) woken += await resting.wakeWaiters(conversation);
  return { woken, next: recent.next };
}
