import { randomUUID } from "node:crypto";
import {
  ConversationStore,
  EventLedger,
  type LedgerEvent,
  type MongoConnection,
  type TurnResult,
} from "@capi-relay/storage";

export interface MongoStepsOptions {
  readonly mongo: MongoConnection;
  /** Events that are queued, and that no worker will take. */
  readonly ids: readonly string[];
  readonly wabaOf: (accountId: string) => string;
  /** MongoDB's processor time so far, in milliseconds. */
  readonly cpuMs: () => number;
}

/** What a request to Meta carries. */
const AT_A_TIME = 100;
const LEASE_MS = 60_000;
/** MongoDB never sees more than the sealed text, so what is in it is nobody's business here. */
const SHUT = { seal: () => "", open: () => "{}" };

/**
 * Takes events through each step that a worker takes with them, one step after the other: MongoDB's µs per event, by
 * step.
 */
export async function measureMongoSteps({
  mongo,
  ids,
  wabaOf,
  cpuMs,
}: MongoStepsOptions): Promise<Map<string, number>> {
  const ledger = new EventLedger(mongo, SHUT);
  const conversations = new ConversationStore(mongo);
  const groups = Array.from({ length: Math.floor(ids.length / AT_A_TIME) }, (_, at) =>
    ids.slice(at * AT_A_TIME, (at + 1) * AT_A_TIME),
  );
  const took = new Map<string, number>();
  const step = async (what: string, take: (group: readonly string[], at: number) => Promise<unknown>) => {
    const before = cpuMs();
    for (const [at, group] of groups.entries()) await take(group, at);
    took.set(what, ((cpuMs() - before) * 1_000) / (groups.length * AT_A_TIME));
  };
  const events: LedgerEvent[][] = [];
  await step("read the row", async (group) => {
    const found = await Promise.all(group.map((id) => ledger.find(id)));
    events.push(found.filter((event) => event !== null));
  });
  await step("find the contact", (_, at) =>
    conversations.findForContacts(
      (events[at] ?? []).map(({ accountId, contact }) => ({ ...contact, wabaId: wabaOf(accountId) })),
    ),
  );
  const tokens = groups.map(() => randomUUID());
  await step("claim", (_, at) => ledger.claim(events[at] ?? [], tokens[at] ?? "", LEASE_MS, new Date()));
  await step("record", (group, at) => {
    const results = resultsOf(group.length);
    return Promise.all(group.map((id, which) => ledger.record(id, tokens[at] ?? "", results[which] as TurnResult)));
  });
  return took;
}

/** Delivered together, each with a click of its own. */
function resultsOf(batchSize: number): TurnResult[] {
  const attempt: TurnResult["attempt"] = {
    number: 1,
    trigger: "scheduled",
    startedAt: new Date(),
    durationMs: 100,
    batchSize,
    httpStatus: 200,
    code: null,
    subcode: null,
    traceId: randomUUID(),
    outcome: "delivered",
    reason: null,
    mayHaveArrived: true,
    spent: true,
    metaTitle: null,
    metaMessage: null,
  };
  return Array.from({ length: batchSize }, () => ({
    outcome: { status: "delivered", reason: null },
    attempt,
    click: {
      ctwaClid: randomUUID(),
      conversationId: "0123456789abcdef01234567",
      adId: null,
      clickedAt: new Date(),
      matchedBy: "phone",
    },
  }));
}
